"""Configuration of the sub-app clauses.obligations."""

from django.apps import AppConfig

from inclusiv.core import permissions, stories


class ObligationsConfig(AppConfig):
    """Engagements."""

    name = "clauses.obligations"
    label = "obligations"
    verbose_name = "engagements"

    def ready(self) -> None:
        """Declare what each role may do here, what the story says, what is awaited, and whose changes can be read."""
        from clauses.obligations.choices import EVENTS, GRANTS
        from clauses.obligations.models import ObligationVersion, Sizing
        from clauses.obligations.selectors.changes import CHANGES
        from clauses.obligations.selectors.duty import to_justify
        from inclusiv.core import changes
        from inclusiv.core.providers import AppendOnly, append_only, todo_providers

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
        changes.trails["marche"].add(CHANGES)
        todo_providers.register(to_justify)
        append_only.register(AppendOnly(model=ObligationVersion))
        append_only.register(AppendOnly(model=Sizing, goes_with_its_parent=True))
