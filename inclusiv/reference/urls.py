"""Addresses of the official lists."""

from django.urls import path

from inclusiv.reference import views

app_name = "reference"
urlpatterns = [path("<slug:kind>/", views.check, name="check")]
