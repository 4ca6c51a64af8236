"""Addresses of the matching, under a need's."""

from django.urls import path

from beneficiaries.matching import views

app_name = "matching"
urlpatterns = [
    path("besoins/<int:pk>/candidats/", views.show, name="candidates"),
    path("besoins/<int:pk>/candidats/<int:dossier>/proposer/", views.propose, name="propose"),
]
