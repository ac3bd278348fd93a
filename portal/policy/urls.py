from django.urls import path

from portal.policy import views

app_name = "policy"
urlpatterns = [
    path("", views.index, name="index"),
    path("documents/<slug:slug>/", views.document, name="document"),
    path("<str:code>", views.clause, name="clause"),
]
