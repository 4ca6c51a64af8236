"""Configuration of the sub-app clauses.decp."""

from django.apps import AppConfig


class DecpConfig(AppConfig):
    """Données essentielles."""

    name = "clauses.decp"
    label = "decp"
    verbose_name = "données essentielles"
