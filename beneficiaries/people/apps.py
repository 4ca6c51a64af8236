"""Configuration of the sub-app beneficiaries.people."""

from django.apps import AppConfig

from inclusiv.core import permissions, stories


class PeopleConfig(AppConfig):
    """Personnes."""

    name = "beneficiaries.people"
    label = "people"
    verbose_name = "personnes"

    def ready(self) -> None:
        """Declare what each role may do here, and what the story says."""
        from beneficiaries.people.choices import EVENTS, GRANTS

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
