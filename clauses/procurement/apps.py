"""Configuration of the sub-app clauses.procurement."""

from django.apps import AppConfig

from inclusiv.core import permissions, stories


class ProcurementConfig(AppConfig):
    """Marchés."""

    name = "clauses.procurement"
    label = "procurement"
    verbose_name = "marchés"

    def ready(self) -> None:
        """Declare what each role may do here, and what the story says."""
        from clauses.procurement.choices import EVENTS, GRANTS

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
