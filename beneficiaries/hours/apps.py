"""Configuration of the sub-app beneficiaries.hours."""

from django.apps import AppConfig


class HoursConfig(AppConfig):
    """Heures."""

    name = "beneficiaries.hours"
    label = "hours"
    verbose_name = "heures"
