"""Addresses of 就医与报销."""

from django.urls import path

from portal.care import views

app_name = "care"
urlpatterns = [
    path("", views.page, name="index"),
    path("<slug:name>/", views.page, name="page"),
]
