"""Every address of the platform; each app keeps its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("inclusiv.home.urls")),
    path("", include("inclusiv.accounts.urls")),
    path("", include("inclusiv.records.urls")),
    path("recherche/", include("inclusiv.search.urls")),
    path("", include("inclusiv.demo.urls")),
    path("compte/", include("allauth.urls")),
]
