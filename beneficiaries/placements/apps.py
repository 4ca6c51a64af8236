"""Configuration of the sub-app beneficiaries.placements."""

from django.apps import AppConfig

from inclusiv.core import permissions, stories


class PlacementsConfig(AppConfig):
    """Mises à l’emploi."""

    name = "beneficiaries.placements"
    label = "placements"
    verbose_name = "mises à l’emploi"

    def ready(self) -> None:
        """Declare what each role may do here, and what the story says."""
        from beneficiaries.placements.choices import EVENTS, GRANTS

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
