"""Configuration of the sub-app clauses.procurement."""

from django.apps import AppConfig

from inclusiv.core import permissions, providers, stories


class ProcurementConfig(AppConfig):
    """Marchés."""

    name = "clauses.procurement"
    label = "procurement"
    verbose_name = "marchés"

    def ready(self) -> None:
        """Declare what each role may do here, what the story says, what is awaited and what can be found."""
        from clauses.procurement import selectors
        from clauses.procurement.choices import EVENTS, GRANTS
        from inclusiv.core import changes

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
        awaited = (
            selectors.awards_awaited,
            selectors.hours_to_compute,
            selectors.lots_to_describe,
            selectors.tenders_to_study,
        )
        for provider in awaited:
            providers.todo_providers.register(provider)
        providers.search_providers.register(selectors.find_tenders)
        providers.subject_loaders["tender"] = selectors.load_tenders
        changes.trails["marche"] = selectors.CHANGES
