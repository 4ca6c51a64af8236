"""Configuration of the sub-app beneficiaries.hours."""

from django.apps import AppConfig

from inclusiv.core import permissions, stories


class HoursConfig(AppConfig):
    """Heures."""

    name = "beneficiaries.hours"
    label = "hours"
    verbose_name = "heures"

    def ready(self) -> None:
        """Declare what each role may do here, and what the story says."""
        from beneficiaries.hours.choices import EVENTS, GRANTS

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
