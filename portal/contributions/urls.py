"""Addresses of the channels' pictures."""

from django.urls import path

from portal.contributions import views

app_name = "contributions"
urlpatterns = [
    path("channels/<slug:slug>/qr-<slug:digest>.png", views.qr_picture, name="qr"),
]
