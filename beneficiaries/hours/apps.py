"""Configuration of the sub-app beneficiaries.hours."""

from django.apps import AppConfig

from inclusiv.core import permissions, readings, stories
from inclusiv.core.providers import (
    AppendOnly,
    LinkPurpose,
    NavItem,
    append_only,
    closing_obstacles,
    counted_months,
    ending_obstacles,
    last_day_obstacles,
    link_purposes,
    nav_items,
    todo_providers,
)


class HoursConfig(AppConfig):
    """Heures."""

    name = "beneficiaries.hours"
    label = "hours"
    verbose_name = "heures"

    def ready(self) -> None:
        """Declare what each role may do here, what the story says, and what waits."""
        from beneficiaries.hours.actions import reminders
        from beneficiaries.hours.choices import EVENTS, GRANTS, READINGS, Permission
        from beneficiaries.hours.models import HourEntry, LedgerSeal
        from beneficiaries.hours.selectors import endings, ledger, waiting
        from beneficiaries.hours.selectors.changes import CHANGES
        from beneficiaries.hours.views import links
        from inclusiv.core import changes

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
        readings.declare(READINGS)
        nav_items.register(
            NavItem(rank=30, label="Relevés", url_name="hours:list", roles=GRANTS[Permission.SEE_STATEMENTS])
        )
        for provide in (waiting.to_review, waiting.silent_companies, waiting.to_declare):
            todo_providers.register(provide)
        link_purposes[reminders.PURPOSE] = LinkPurpose(screen=links.declare, message=reminders.renewed)
        counted_months.register(ledger.last_month_counted)
        last_day_obstacles.register(endings.hours_in_the_way)
        changes.trails["releve"] = CHANGES
        for model in (HourEntry, LedgerSeal):
            append_only.register(AppendOnly(model=model, is_locked=True))
        closing_obstacles.register(waiting.unsettled_months)
        ending_obstacles.register(endings.worked_after)
