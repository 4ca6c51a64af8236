"""The people whom a structure follows: as a list, as one sheet, as hits of the search.

What a person does at work belongs to apps that stand on this one: they register here what they know, as situations
(true or false of a person on a day) and as jobs (lines of a person's page).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.urls import reverse

from beneficiaries.people.choices import CheckStatus, Criterion
from beneficiaries.people.models import Dossier, EligibilityCheck, EligibilityFacts, Person
from beneficiaries.people.rules import eligibility
from beneficiaries.people.rules.facts import age_on
from inclusiv.core.actors import Actor, Role
from inclusiv.core.fields import Fold
from inclusiv.core.french import date_short
from inclusiv.core.providers import Hit, Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Something true of a person on a day, on lists and in filters: « en poste ». `holds` reads OuterRef("person")."""

    key: str
    label: str
    holds: Callable[[date], Exists] = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job of a person, as a line of their page; `check_id` is the eligibility under which it counts."""

    post: str
    company: str
    tender: str
    starts_on: date
    ends_on: date | None
    state: str
    word: str
    url: str
    check_id: int


situations: Registry[Situation] = Registry()
job_providers: Registry[Callable[[Person, Actor], Sequence[Job]]] = Registry()


def followed(actor: Actor, *, on: date) -> QuerySet[Dossier]:
    """Return the open dossiers of the actor's structure with what a list shows of them, in two queries.

    Adds `criteria` (those of the latest eligibility, or None), `is_rsa`, `check_status` (the latest check's, or None)
    and one boolean per situation, `is_<key>`.
    """
    facts = EligibilityFacts.objects.filter(person=OuterRef("person")).order_by("-reference_date", "-pk")
    checks = EligibilityCheck.objects.filter(dossier=OuterRef("pk")).exclude(status=CheckStatus.WITHDRAWN)
    rsa = EligibilityFacts.objects.filter(person=OuterRef("person"), criteria__contains=[Criterion.RSA])
    rows = (
        Dossier.objects.visible_to(actor)
        .open_on(on)
        .filter(person__merged_into=None)
        .annotate(
            criteria=Subquery(facts.values("criteria")[:1]),
            is_rsa=Exists(rsa),
            check_status=Subquery(checks.order_by("-submitted_at", "-pk").values("status")[:1]),
        )
        .select_related("person__identity__commune")
        .prefetch_related("trades")
    )
    return rows.annotate(**{f"is_{situation.key}": situation.holds(on) for situation in situations})


def named(rows: QuerySet[Dossier], text: str) -> QuerySet[Dossier]:
    """Return the dossiers whose person's name holds every word, accents and case aside."""
    for word in text.split():
        rows = rows.filter(person__identity__folded_name__contains=Fold(Value(word)))
    return rows


def may_see_all(actor: Actor, dossier: Dossier) -> bool:
    """Say whether every criterion may be read: by the facilitators of the dossier's structure (DOMAIN.md 4.6)."""
    return actor.role is Role.FACILITATOR and actor.organisation_id == dossier.structure_id


@dataclass(frozen=True, slots=True)
class CheckLine:
    """An eligibility check on a person's page, its criteria as this reader may read them."""

    check: EligibilityCheck
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A person's page: the dossier with its identity, its checks newest first, and the jobs that others know."""

    dossier: Dossier
    age: int | None
    checks: list[CheckLine]
    jobs: list[Job]

    @property
    def open_check(self) -> EligibilityCheck | None:
        """The check that waits for a decision, if there is one."""
        waiting = (line.check for line in self.checks if line.check.status == CheckStatus.SUBMITTED)
        return next(waiting, None)

    @property
    def is_eligible(self) -> bool:
        """Whether the newest check is validated: nothing is awaited about it."""
        return bool(self.checks) and self.checks[0].check.status == CheckStatus.VALIDATED


def sheet(dossier: Dossier, *, actor: Actor, on: date) -> Sheet:
    """Read one person's page, for a dossier loaded through `visible_to`."""
    identity = getattr(dossier.person, "identity", None)
    checks = dossier.checks.select_related("facts").order_by("-submitted_at", "-pk")
    everything = may_see_all(actor, dossier)
    return Sheet(
        dossier=dossier,
        age=age_on(identity.birth_date, on) if identity else None,
        checks=[CheckLine(check, criteria_of(check, everything=everything)) for check in checks],
        jobs=jobs_of(dossier.person, actor),
    )


def criteria_of(check: EligibilityCheck, *, everything: bool) -> tuple[str, ...]:
    """Return the labels of the criteria retained by a check, none before its validation."""
    facts = getattr(check, "facts", None)
    if facts is None:
        return ()
    return tuple(eligibility.shown(map(Criterion, facts.criteria), everything=everything))


def jobs_of(person: Person, actor: Actor) -> list[Job]:
    """Ask the apps that stand on this one for the person's jobs."""
    return [job for provide in job_providers for job in provide(person, actor)]


def hits(actor: Actor, text: str) -> list[Hit]:
    """Answer the search of the platform with at most ten people of one's own structure."""
    rows = named(Dossier.objects.visible_to(actor).filter(person__merged_into=None), text)
    shown = rows.select_related("person__identity__commune").order_by("person__identity__folded_name", "pk")
    return [hit(dossier) for dossier in shown[:10]]


def subjects(actor: Actor, keys: Collection[int]) -> dict[int, Hit]:
    """Return the people of these keys whom the actor's structure follows, each by their latest file."""
    rows = Dossier.objects.visible_to(actor).filter(person__in=keys).order_by("starts_on", "pk")
    return {
        dossier.person_id: hit(dossier)
        for dossier in rows.select_related("person__identity__commune")
        if hasattr(dossier.person, "identity")
    }


def hit(dossier: Dossier) -> Hit:
    """Return a person as the search shows it."""
    identity = dossier.person.identity
    return Hit(
        kind="Personne",
        label=str(identity),
        detail=f"{identity.commune or 'commune non renseignée'}, naissance le {date_short(identity.birth_date)}",
        url=reverse("people:person", args=[dossier.pk]),
        subject=f"person:{dossier.person_id}",
        reading="people.found",
    )
