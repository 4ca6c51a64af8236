"""Reports as the reader meets them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q
from django.urls import reverse

from inclusiv.accounts.models import running_on
from inclusiv.core.actors import Actor, Role
from inclusiv.core.changes import Source, Trail
from inclusiv.core.providers import Hit
from inclusiv.records.models import reference
from reporting.publication.choices import RunState
from reporting.publication.models import Charter, ReportDocument, ReportRun, Signature


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


def load_charter(actor: Actor, pk: int) -> Hit | None:
    """Return the charter of the actor's département as the subject of its changes."""
    found = Charter.objects.filter(department=actor.department, pk=pk).first()
    if found is None:
        return None
    return Hit(
        kind="Charte",
        label=found.name,
        detail=f"Département {found.department}",
        url=reverse("publication:reports"),
        subject=reference(found),
    )


CHANGES = Trail(
    roles=frozenset({Role.COORDINATION}),
    load=load_charter,
    sources=[
        Source(model=Charter, of=lambda pk: Q(pgh_obj=pk), name=lambda _: "Charte"),
        Source(
            model=Signature,
            of=lambda pk: Q(charter=pk),
            name=lambda named: f"Signature : {named('organisation')}",
        ),
    ],
)
"""What can be read of the changes of a charter."""
