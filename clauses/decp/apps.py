"""Configuration of the sub-app clauses.decp."""

from django.apps import AppConfig

from inclusiv.core import permissions, stories
from inclusiv.core.providers import NavItem, nav_items, published_providers


class DecpConfig(AppConfig):
    """Données essentielles."""

    name = "clauses.decp"
    label = "decp"
    verbose_name = "données essentielles"

    def ready(self) -> None:
        """Declare what each role may do here, what the story says, the navigation and the work of the job."""
        from clauses.decp import selectors, tasks
        from clauses.decp.actions import readings
        from clauses.decp.choices import EVENTS, GRANTS, Permission
        from inclusiv.records.actions import jobs

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
        jobs.handlers[readings.JOB] = tasks.read_upload
        published_providers.register(selectors.published_of)
        nav_items.register(
            NavItem(
                rank=30,
                label="Marchés repérés",
                url_name="decp:list",
                roles=GRANTS[Permission.SEE_SPOTTED],
            )
        )
