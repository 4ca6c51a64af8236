"""Addresses of the texts: the pieces of a tender, under /marches/, and their models, under /textes/."""

from django.urls import path

from clauses.texts.views import models, notes, pieces

app_name = "texts"
urlpatterns = [
    path("marches/<int:pk>/pieces/", pieces.pieces, name="pieces"),
    path("marches/<int:pk>/pieces/<slug:slug>.<slug:form>", pieces.download, name="download"),
    path("marches/<int:pk>/ccag/", pieces.choose_ccag, name="ccag"),
    path("marches/<int:pk>/note-opportunite.pdf", notes.note, name="note"),
    path("textes/", models.models, name="models"),
    path("textes/<slug:slug>/", models.edit, name="edit"),
    path("textes/versions/<int:pk>/", models.version, name="version"),
]
