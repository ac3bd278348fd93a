from django.urls import path

from calculators import views

app_name = "calculators"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:slug>/", views.page, name="page"),
]
