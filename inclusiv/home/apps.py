"""Configuration of the sub-app inclusiv.home."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Accueil."""

    name = "inclusiv.home"
    label = "home"
    verbose_name = "accueil"

    def ready(self) -> None:
        """Put « À faire » first in the facilitators' navigation, and declare what it names."""
        from inclusiv.core import readings
        from inclusiv.core.actors import Role
        from inclusiv.core.providers import NavItem, nav_items, todo_providers
        from inclusiv.home.exchanges import to_resume
        from inclusiv.home.todo import READINGS

        readings.declare(READINGS)
        todo_providers.register(to_resume)
        nav_items.register(
            NavItem(rank=0, label="À faire", url_name="home", roles=frozenset({Role.FACILITATOR}))
        )
