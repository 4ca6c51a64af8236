"""Configuration of the sub-app reporting.figures."""

from django.apps import AppConfig

from inclusiv.core import permissions


class FiguresConfig(AppConfig):
    """Indicateurs."""

    name = "reporting.figures"
    label = "figures"
    verbose_name = "indicateurs"

    def ready(self) -> None:
        """Declare who reads the figures, and put the dashboard first in the coordination's navigation."""
        from inclusiv.core.actors import Role
        from inclusiv.core.providers import NavItem, nav_items
        from reporting.figures.choices import GRANTS

        permissions.declare(GRANTS)
        nav_items.register(
            NavItem(
                rank=0,
                label="Tableau de bord",
                url_name="figures:dashboard",
                roles=frozenset({Role.COORDINATION}),
            )
        )
