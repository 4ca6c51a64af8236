"""Configuration of the sub-app clauses.obligations."""

from django.apps import AppConfig

from inclusiv.core import permissions, stories


class ObligationsConfig(AppConfig):
    """Engagements."""

    name = "clauses.obligations"
    label = "obligations"
    verbose_name = "engagements"

    def ready(self) -> None:
        """Declare what each role may do here, and what the story says."""
        from clauses.obligations.choices import EVENTS, GRANTS

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
