"""Who read a person's file, for those who follow them (DOMAIN.md 9.5)."""

from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat

from beneficiaries.people.models import Person
from inclusiv.accounts.models import Membership, Organisation
from inclusiv.core.fields import Fold
from inclusiv.records.models import AccessLog, SignedLink


class Reader(TypedDict):
    """What the list adds to a reading: who it was, as they are called today."""

    reader: str | None
    organisation: str | None
    role: str | None


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    Reading = WithAnnotations[AccessLog, Reader]
else:
    Reading = AccessLog


def readings_of(person: Person) -> QuerySet[Reading]:
    """Return the readings of a person seen through `visible_to`, with those of the files merged into theirs."""
    files = Person.objects.filter(Q(pk=person.pk) | Q(merged_into=person)).values_list("pk", flat=True)
    whose = Membership.objects.filter(pk=OuterRef("membership_id"))
    name = Concat("user__first_name", Value(" "), "user__last_name")
    opened = SignedLink.objects.filter(pk=OuterRef("link_id"))
    companies = Organisation.objects.filter(pk=OuterRef("through"))
    rows = AccessLog.objects.filter(subject__in=[f"person:{pk}" for pk in files]).annotate(
        reader=Coalesce(
            Subquery(whose.annotate(name=name).values("name")),
            Subquery(opened.values("recipient")),
            output_field=CharField(),
        ),
        through=Subquery(opened.values("organisation_id")),
        organisation=Coalesce(
            Subquery(whose.values("capacity__organisation__name")), Subquery(companies.values("name"))
        ),
        role=Subquery(whose.values("capacity__role")),
    )
    return cast("QuerySet[Reading]", rows)


def read_by(rows: QuerySet[Reading], text: str) -> QuerySet[Reading]:
    """Narrow to the readers whose name, or whose organisation's, holds the text; accents and case aside."""
    folded = Fold(Value(text))
    return rows.annotate(folded_reader=Fold("reader"), folded_organisation=Fold("organisation")).filter(
        Q(folded_reader__contains=folded) | Q(folded_organisation__contains=folded)
    )
