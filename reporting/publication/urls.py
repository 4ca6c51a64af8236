"""Addresses of the reports."""

from django.urls import path, re_path

from reporting.publication.views import portfolios, reports

CODE = r"(?P<code>[0-9A-Z]{10})"

app_name = "publication"
urlpatterns = [
    path("", reports.reports, name="reports"),
    path("marches/", portfolios.portfolio, name="portfolio"),
    re_path(rf"^marches/{CODE}\.pdf$", portfolios.download, name="portfolio-download"),
    re_path(rf"^{CODE}/publier/$", reports.publish, name="publish"),
    re_path(rf"^{CODE}/ecarter/$", reports.discard, name="discard"),
    re_path(rf"^{CODE}/(?P<form>bilan|brouillon)\.pdf$", reports.download, name="download"),
]
