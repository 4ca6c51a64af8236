"""Configuration of the sub-app reporting.publication."""

from django.apps import AppConfig

from inclusiv.core import permissions, stories


class PublicationConfig(AppConfig):
    """Bilans."""

    name = "reporting.publication"
    label = "publication"
    verbose_name = "bilans"

    def ready(self) -> None:
        """Declare what each role may do here, and what the story says."""
        from reporting.publication.choices import EVENTS, GRANTS

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
