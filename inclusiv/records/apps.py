"""Configuration of the sub-app inclusiv.records."""

from django.apps import AppConfig

from inclusiv.core import permissions, readings


class RecordsConfig(AppConfig):
    """Traces."""

    name = "inclusiv.records"
    label = "records"
    verbose_name = "traces"

    def ready(self) -> None:
        """Declare what each role may do here, and what is read."""
        from inclusiv.records.choices import GRANTS, READINGS

        permissions.declare(GRANTS)
        readings.declare(READINGS)
