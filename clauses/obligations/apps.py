"""Configuration of the sub-app clauses.obligations."""

from django.apps import AppConfig

from inclusiv.core import permissions, stories


class ObligationsConfig(AppConfig):
    """Engagements."""

    name = "clauses.obligations"
    label = "obligations"
    verbose_name = "engagements"

    def ready(self) -> None:
        """Declare what each role may do here, what the story says, what is awaited, and whose changes can be read."""
        from clauses.obligations.actions import welcome
        from clauses.obligations.choices import EVENTS, GRANTS
        from clauses.obligations.models import (
            MonthPlan,
            MonthPlanLine,
            ObligationVersion,
            PlanDecision,
            Sizing,
        )
        from clauses.obligations.selectors.changes import CHANGES
        from clauses.obligations.selectors.duty import to_justify
        from clauses.obligations.selectors.site import site_to_prepare
        from clauses.obligations.views import inquiries as inquiry_views
        from clauses.obligations.views import plans as plan_views
        from clauses.procurement.actions import inquiries
        from inclusiv.core import changes
        from inclusiv.core.providers import (
            AppendOnly,
            LinkPurpose,
            append_only,
            link_purposes,
            todo_providers,
        )

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
        changes.trails["marche"].add(CHANGES)
        todo_providers.register(to_justify)
        todo_providers.register(site_to_prepare)
        link_purposes[inquiries.PURPOSE] = LinkPurpose(
            screen=inquiry_views.by_link, message=inquiries.renewed
        )
        link_purposes[welcome.PURPOSE] = LinkPurpose(screen=plan_views.by_link, message=welcome.renewed)
        for model in (ObligationVersion, MonthPlan, MonthPlanLine, PlanDecision):
            append_only.register(AppendOnly(model=model))
        append_only.register(AppendOnly(model=Sizing, goes_with_its_parent=True))
