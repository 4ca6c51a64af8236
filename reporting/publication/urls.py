"""Addresses of the reports."""

from django.urls import path, re_path

from reporting.publication.views import portfolios, reports

app_name = "publication"
urlpatterns = [
    path("", reports.reports, name="reports"),
    path("marches/", portfolios.portfolio, name="portfolio"),
    path("marches/<str:code>.pdf", portfolios.download, name="portfolio-download"),
    path("<str:code>/publier/", reports.publish, name="publish"),
    path("<str:code>/ecarter/", reports.discard, name="discard"),
    re_path(r"^(?P<code>[0-9A-Z]{10})/(?P<form>bilan|brouillon)\.pdf$", reports.download, name="download"),
]
