"""Configuration of the sub-app beneficiaries.placements."""

from django.apps import AppConfig

from inclusiv.core import permissions, readings, stories
from inclusiv.core.providers import NavItem, check_reliances, nav_items, todo_providers


class PlacementsConfig(AppConfig):
    """Mises à l’emploi."""

    name = "beneficiaries.placements"
    label = "placements"
    verbose_name = "mises à l’emploi"

    def ready(self) -> None:
        """Declare what each role may do here, and what the story says."""
        from beneficiaries.people.selectors import lists
        from beneficiaries.placements.choices import EVENT_READERS, EVENTS, GRANTS, READINGS, Permission
        from beneficiaries.placements.selectors import jobs, staffing, todos
        from beneficiaries.placements.selectors.changes import CHANGES
        from inclusiv.core import changes

        permissions.declare(GRANTS)
        stories.declare(EVENTS, readers=EVENT_READERS)
        readings.declare(READINGS)
        nav_items.register(
            NavItem(rank=25, label="Besoins", url_name="placements:requests", roles=GRANTS[Permission.ASK])
        )
        for provide in (todos.eligibilities, todos.unanswered, todos.endings):
            todo_providers.register(provide)
        for situation in jobs.SITUATIONS:
            lists.situations.register(situation)
        lists.job_providers.register(jobs.jobs)
        check_reliances.register(staffing.relies_on)
        changes.trails["marche"].add(CHANGES)
