"""Addresses of what is owed, under /marches/."""

from django.urls import path

from clauses.obligations.views import clauses as views

app_name = "obligations"
urlpatterns = [
    path("lots/<int:pk>/heures/", views.sizing, name="sizing"),
    path("lots/<int:pk>/clause/retirer/", views.remove_clause, name="remove-clause"),
    path("<int:pk>/notifier/", views.notify, name="notify"),
]
