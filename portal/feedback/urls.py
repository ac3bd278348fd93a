from django.urls import path

from portal.feedback import views

app_name = "feedback"
urlpatterns = [
    path("", views.say, name="say"),
    path("thanks/", views.thanks, name="thanks"),
]
