"""Addresses of the reports."""

from django.urls import path, re_path

from reporting.publication import views

app_name = "publication"
urlpatterns = [
    path("", views.reports, name="reports"),
    path("<str:code>/publier/", views.publish, name="publish"),
    path("<str:code>/ecarter/", views.discard, name="discard"),
    re_path(r"^(?P<code>[0-9A-Z]{10})/(?P<form>bilan|brouillon)\.pdf$", views.download, name="download"),
]
