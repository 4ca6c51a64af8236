"""Configuration of the sub-app reporting.publication."""

from django.apps import AppConfig

from inclusiv.core import permissions, stories


class PublicationConfig(AppConfig):
    """Bilans."""

    name = "reporting.publication"
    label = "publication"
    verbose_name = "bilans"

    def ready(self) -> None:
        """Declare what each role may do here, what the story says, and what the jobs make."""
        from inclusiv.core import changes
        from inclusiv.core.providers import AppendOnly, NavItem, append_only, nav_items
        from inclusiv.records.actions import jobs
        from reporting.publication import tasks
        from reporting.publication.actions import portfolios, reports
        from reporting.publication.choices import EVENTS, GRANTS, Permission
        from reporting.publication.models import Snapshot
        from reporting.publication.selectors.reports import CHANGES

        permissions.declare(GRANTS)
        stories.declare(EVENTS)
        changes.trails["charte"] = CHANGES
        append_only.register(AppendOnly(model=Snapshot))
        jobs.handlers[reports.DRAFT_JOB] = tasks.make_draft
        jobs.handlers[reports.FINAL_JOB] = tasks.make_final
        jobs.handlers[portfolios.JOB] = tasks.make_portfolio
        nav_items.register(
            NavItem(
                rank=60,
                label="Bilans",
                url_name="publication:reports",
                roles=frozenset(role.value for role in GRANTS[Permission.SEE_REPORTS]),
            )
        )
