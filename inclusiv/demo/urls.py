"""Addresses of the demonstration."""

from django.urls import path

from inclusiv.demo import views

urlpatterns = [
    path("galerie/", views.components, name="gallery"),
    path("demonstration/courriels/", views.mails, name="demo-mails"),
    path("demonstration/entrer/", views.sign_in, name="demo-sign-in"),
]
