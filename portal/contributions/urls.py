"""Addresses of 缴费, and of the channels' pictures."""

from django.urls import path

from portal.contributions import views

app_name = "contributions"
urlpatterns = [
    path("contributions/", views.page, name="index"),
    path("contributions/channels/", views.channels, name="channels"),
    path("contributions/<slug:name>/", views.page, name="page"),
    path("channels/<slug:slug>/qr-<slug:digest>.png", views.qr_picture, name="qr"),
]
