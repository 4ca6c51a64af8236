"""Configuration of the sub-app beneficiaries.matching."""

from django.apps import AppConfig

from inclusiv.core import readings


class MatchingConfig(AppConfig):
    """Rapprochement."""

    name = "beneficiaries.matching"
    label = "matching"
    verbose_name = "rapprochement"

    def ready(self) -> None:
        """Declare what is read."""
        from beneficiaries.matching.choices import READINGS

        readings.declare(READINGS)
