"""Configuration of the sub-app inclusiv.records."""

from django.apps import AppConfig

from inclusiv.core import permissions, readings


class RecordsConfig(AppConfig):
    """Traces."""

    name = "inclusiv.records"
    label = "records"
    verbose_name = "traces"

    def ready(self) -> None:
        """Declare what each role may do here, what is read, and what is never changed."""
        from inclusiv.core.providers import AppendOnly, append_only
        from inclusiv.records.choices import GRANTS, READINGS
        from inclusiv.records.models import AccessLog, AuditEvent

        permissions.declare(GRANTS)
        readings.declare(READINGS)
        for model in (AuditEvent, AccessLog):
            append_only.register(AppendOnly(model=model))
