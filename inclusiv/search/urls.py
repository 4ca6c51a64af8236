"""Address of the search."""

from django.urls import path

from inclusiv.search import views

app_name = "search"
urlpatterns = [
    path("", views.search, name="results"),
]
