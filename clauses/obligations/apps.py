"""Configuration of the sub-app clauses.obligations."""

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    """Engagements."""

    name = "clauses.obligations"
    label = "obligations"
    verbose_name = "engagements"
