"""Addresses of the texts: the pieces of a tender, under /marches/, and their models, under /textes/."""

from django.urls import path

from clauses.texts.views import models, pieces

app_name = "texts"
urlpatterns = [
    path("marches/<int:pk>/pieces/", pieces.pieces, name="pieces"),
    path("marches/<int:pk>/pieces/<slug:slug>.<slug:form>", pieces.download, name="download"),
    path("textes/", models.models, name="models"),
    path("textes/<slug:slug>/", models.edit, name="edit"),
    path("textes/versions/<int:pk>/", models.version, name="version"),
]
