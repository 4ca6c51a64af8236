"""Configuration of the sub-app reporting.followup."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """Suivi."""

    name = "reporting.followup"
    label = "followup"
    verbose_name = "suivi"

    def ready(self) -> None:
        """Put the lists of lots in the navigation, and declare what is read."""
        from inclusiv.core import readings
        from inclusiv.core.actors import Role
        from inclusiv.core.providers import NavItem, nav_items
        from reporting.followup.choices import READINGS

        readings.declare(READINGS)
        lists = (
            ("Mes marchés", "followup:my-tenders", {Role.BUYER}),
            ("Marchés", "followup:my-tenders", {Role.FACILITATOR, Role.COORDINATION}),
            ("Mes lots", "followup:my-lots", {Role.CONTRACTOR, Role.EMPLOYER}),
        )
        for label, url_name, roles in lists:
            nav_items.register(NavItem(rank=10, label=label, url_name=url_name, roles=frozenset(roles)))
