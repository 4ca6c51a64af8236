"""Configuration of the sub-app beneficiaries.placements."""

from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    """Mises à l’emploi."""

    name = "beneficiaries.placements"
    label = "placements"
    verbose_name = "mises à l’emploi"
