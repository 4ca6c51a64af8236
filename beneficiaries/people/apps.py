"""Configuration of the sub-app beneficiaries.people."""

from django.apps import AppConfig

from inclusiv.core import permissions, readings, stories
from inclusiv.core.providers import NavItem, nav_items, search_providers, subject_loaders


class PeopleConfig(AppConfig):
    """Personnes."""

    name = "beneficiaries.people"
    label = "people"
    verbose_name = "personnes"

    def ready(self) -> None:
        """Declare what each role may do here, and what the story says."""
        from beneficiaries.people.choices import EVENTS, GRANTS, READINGS, Permission
        from beneficiaries.people.selectors import lists

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
        readings.declare(READINGS)
        nav_items.register(
            NavItem(rank=20, label="Personnes", url_name="people:list", roles=GRANTS[Permission.SEE_PEOPLE])
        )
        search_providers.register(lists.hits)
        subject_loaders["person"] = lists.subjects
