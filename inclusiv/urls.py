"""Every address of the platform; each app keeps its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("inclusiv.home.urls")),
    path("compte/", include("allauth.urls")),
]
