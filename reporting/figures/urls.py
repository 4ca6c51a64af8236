"""Addresses of the figures."""

from django.urls import path

from reporting.figures.views import dashboard

app_name = "figures"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
]
