"""What can be read of the changes of a statement: its lines, by the code of the mise à l'emploi."""

from collections.abc import Collection

from django.db.models import Q
from django.urls import reverse

from beneficiaries.hours.models import Statement, StatementLine
from beneficiaries.hours.selectors.sheets import work_of
from inclusiv.core.actors import Actor, Role
from inclusiv.core.changes import Source, Trail
from inclusiv.core.french import elide, month_name
from inclusiv.core.providers import Hit
from inclusiv.records.models import reference


def load_statements(actor: Actor, keys: Collection[int]) -> dict[int, Hit]:
    """Return the statements that the actor sees as the subjects of their changes."""
    visible = Statement.objects.visible_to(actor).select_related("declarant", "award__lot__tender")
    return {
        found.pk: Hit(
            kind="Relevé",
            label=f"Relevé {elide('de', month_name(found.month))}",
            detail=f"{found.declarant} · {work_of(found.award)}",
            url=reverse("hours:statement", args=[found.pk]),
            subject=reference(found),
        )
        for found in visible.filter(pk__in=keys)
    }


CHANGES = Trail(
    roles=frozenset({Role.FACILITATOR}),
    load=load_statements,
    sources=[
        Source(
            model=StatementLine,
            of=lambda pk: Q(statement=pk),
            name=lambda named: f"{named('kind')} : {named('placement')}",
        )
    ],
)
