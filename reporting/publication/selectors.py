"""Reports as the reader meets them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from inclusiv.accounts.models import running_on
from inclusiv.core.actors import Actor
from reporting.publication.choices import RunState
from reporting.publication.models import Charter, ReportDocument, ReportRun


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a reader finds: the latest report, the former ones, and what is in preparation."""

    latest: ReportRun | None
    former: list[ReportRun]
    in_preparation: list[ReportRun]


def charter_of(actor: Actor) -> Charter | None:
    """Return the charter of the actor's département."""
    return Charter.objects.filter(department=actor.department).order_by("-signed_on", "-pk").first()


def shelf(actor: Actor) -> Shelf:
    """Return the reports that the actor may read, the latest year first, in two queries."""
    runs = list(
        ReportRun.objects.visible_to(actor)
        .exclude(state=RunState.DISCARDED)
        .select_related("charter", "job")
        .prefetch_related(
            Prefetch("documents", ReportDocument.objects.select_related("file").order_by("is_final"))
        )
        .order_by("-year", "-edition", "-pk")
    )
    published = [run for run in runs if run.published_at]
    return Shelf(
        latest=published[0] if published else None,
        former=published[1:],
        in_preparation=[run for run in runs if not run.published_at],
    )


def signatories(charter: Charter, *, on: date) -> int:
    """Return how many organisations are bound by the charter on the day."""
    return charter.signatures.filter(running_on(on)).count()
