"""Words of the reports: kinds, states and permissions."""

from enum import StrEnum

from django.db import models

from inclusiv.core.actors import Role


class Permission(StrEnum):
    """What a role may do with reports."""

    SEE_REPORTS = "publication.see_reports"
    MAKE_REPORT = "publication.make_report"


GRANTS = {
    # DOMAIN.md 9.4: contractors, employers and prescribers do not read the annual reports.
    Permission.SEE_REPORTS: frozenset({Role.SIGNATORY, Role.FACILITATOR, Role.COORDINATION, Role.BUYER}),
    Permission.MAKE_REPORT: frozenset({Role.COORDINATION}),
}


class ReportKind(models.TextChoices):
    """Which document."""

    ANNUAL = "ANNUAL", "Bilan annuel de la charte"


class RunState(models.TextChoices):
    """A report's life: draft, then published, then replaced; a run that failed says why on its job."""

    QUEUED = "QUEUED", "En préparation"
    READY = "READY", "Brouillon prêt"
    PUBLISHED = "PUBLISHED", "Publié"
    SUPERSEDED = "SUPERSEDED", "Remplacé"
    DISCARDED = "DISCARDED", "Écarté"


EVENTS = {
    "report.asked": "Brouillon du bilan {year} demandé.",
    "report.discarded": "Brouillon du bilan {year} écarté.",
    "report.drafted": "Brouillon du bilan {year} établi.",
    "report.approved": "Publication du bilan {year} demandée, édition {edition}.",
    "report.published": "Bilan {year} publié, édition {edition}.",
    "report.downloaded": "Bilan {year} téléchargé.",
    "portfolio.asked": "Bilan PDF des marchés demandé.",
    "portfolio.downloaded": "Bilan PDF des marchés téléchargé.",
}
"""What the story says of each event."""
