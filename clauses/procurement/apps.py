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
        from clauses.procurement.choices import EVENTS, GRANTS
        from clauses.procurement.selectors import advice, awaited, tenders
        from inclusiv.core import changes

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
        expected = (
            awaited.awards_awaited,
            awaited.hours_to_compute,
            awaited.lots_to_describe,
            advice.advice_asked,
            advice.proposals_to_read,
        )
        for provider in expected:
            providers.todo_providers.register(provider)
        providers.search_providers.register(tenders.find_tenders)
        providers.followers.register(tenders.followers)
        providers.subject_loaders["tender"] = tenders.load_tenders
        changes.trails["marche"] = tenders.CHANGES
