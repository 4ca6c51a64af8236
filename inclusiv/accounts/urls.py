"""Addresses of the accounts."""

from django.urls import path

from inclusiv.accounts.views import organisations, switching

app_name = "accounts"
urlpatterns = [
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("acces/<int:pk>/", switching.switch, name="switch"),
]
