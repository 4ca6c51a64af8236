"""Addresses of the accounts."""

from django.urls import path

from inclusiv.accounts import views

app_name = "accounts"
urlpatterns = [
    path("organisations/<int:pk>/", views.organisation, name="organisation"),
    path("acces/<int:pk>/", views.switch, name="switch"),
]
