"""Who looks alike: asked before anybody is registered (DOMAIN.md 10, PRACTICE.md 1.10)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, FloatField, Func, OuterRef, Q, Value

from beneficiaries.people.models import Dossier, Person, PersonIdentity
from beneficiaries.people.rules.names import words
from inclusiv.core.fields import Fold

SIMILAR = 0.5
"""Trigram similarity of two folded names from which they may be the same person, born on the same day."""


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Somebody who may be the same person. Of another structure, only its name is told (PRACTICE.md 1.10)."""

    person_id: int
    structure: str
    dossier: Dossier | None
    """None when another structure holds it."""


def look_alikes(
    *, first_name: str, last_name: str, birth_date: date, structure_id: int, apart_from: int | None = None
) -> list[LookAlike]:
    """Return those born on the day whose name is the same or nearly, accents, case and order aside.

    `apart_from` is the id of the person whom one looks at, when they are known.
    """
    name = Fold(Value(f"{last_name} {first_name}"))
    found = (
        PersonIdentity.objects.filter(birth_date=birth_date, person__merged_into=None)
        .annotate(likeness=Func(F("folded_name"), name, function="SIMILARITY", output_field=FloatField()))
        .filter(Q(folded_name=name) | Q(likeness__gte=SIMILAR))
    )
    dossiers = (
        Dossier.objects.filter(person__identity__in=found)
        .exclude(person=apart_from)
        .select_related("structure", "person__identity")
        .order_by("structure__folded_name", "pk")
    )
    return [
        LookAlike(
            dossier.person_id,
            dossier.structure.name,
            dossier if dossier.structure_id == structure_id else None,
        )
        for dossier in dossiers
    ]


def known_in(structure_id: int, *, first_name: str, last_name: str, birth_date: date) -> Person | None:
    """Return the person of this name and birth date whom the structure follows or has followed.

    Accents, case, hyphens and the order of first and last name aside: nobody becomes two by swapping them. Of two people
    whom this leaves, the one written in the same order.
    """
    born = Person.objects.filter(
        Exists(Dossier.objects.filter(person=OuterRef("pk"), structure_id=structure_id)),
        merged_into=None,
        identity__birth_date=birth_date,
    )
    asked = Fold(Value(f"{last_name} {first_name}"))
    same = [
        (written != typed, pk)
        for pk, written, typed in born.values_list("pk", "identity__folded_name", asked)
        if words(written) == words(typed)
    ]
    return Person.objects.get(pk=min(same)[1]) if same else None


def files_by_person(files: Collection[int]) -> dict[int, int]:
    """Return every file of the people who have one of these, id → id of the person's first one, in three queries.

    Those merged are one person; so are those of the same name and birth date, whichever structures follow them
    (DOMAIN.md 6.2: hours are counted and limited by person).
    """
    asked = Person.objects.filter(pk__in=files).values_list("pk", "merged_into")
    roots = {merged_into or pk for pk, merged_into in asked}
    born = PersonIdentity.objects.filter(person__in=roots).values("birth_date")
    alike: dict[tuple[date, tuple[str, ...]], set[int]] = defaultdict(set)
    for pk, birth_date, name in PersonIdentity.objects.filter(
        birth_date__in=born, person__merged_into=None
    ).values_list("pk", "birth_date", "folded_name"):
        alike[birth_date, tuple(words(name))].add(pk)
    first = {root: root for root in roots}
    for same in alike.values():
        if same & roots:
            first |= dict.fromkeys(same, min(same))
    merged = Person.objects.filter(merged_into__in=first).values_list("pk", "merged_into")
    return first | {pk: first[root] for pk, root in merged if root}
