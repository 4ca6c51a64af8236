"""What the pages ask about spotted contracts: search, likely tenders, what a publication says, grouped remarks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum, Value

from clauses.decp.choices import (
    ID_LIMIT,
    ExecutionMode,
    Level,
    PriceForm,
    PriceType,
    Remark,
    Technique,
    Words,
)
from clauses.decp.models import FileLine, FileReading, SpottedContract
from clauses.decp.rules import messages, prefill
from clauses.decp.rules.records import Notice
from clauses.procurement.models import Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.fields import Fold
from inclusiv.core.french import plural
from inclusiv.core.periods import last_day_of_window
from inclusiv.core.providers import Published

CLOSE = Decimal("0.01")
"""Amounts this close to one another may be the same contract's (DOMAIN.md 1.8)."""


def spotted_matching(rows: QuerySet[SpottedContract], text: str) -> QuerySet[SpottedContract]:
    """Return the contracts whose object or buyer holds the text, or whose number or buyer's number begins with it."""
    folded = Fold(Value(text))
    digits = "".join(text.split())
    found = (
        Q(folded_title__contains=folded)
        | Q(folded_buyer_name__contains=folded)
        | Q(buyer__folded_name__contains=folded)
        | Q(reference__istartswith=text)
    )
    return rows.filter(found | Q(buyer_number__startswith=digits) if digits.isdecimal() else found)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A tender that may be the one of a spotted contract, and why."""

    tender: Tender
    reason: str

    @property
    def label(self) -> str:
        """The tender as a list shows it."""
        return str(self.tender)


def tenders_of_buyer(contract: SpottedContract, actor: Actor) -> QuerySet[Tender]:
    """Return the tenders of the contract's buyer that the actor sees, the latest first."""
    visible = Tender.objects.visible_to(actor).filter(buyer__siren=contract.buyer_siren)
    return visible.select_related("buyer").order_by("-created_at", "-pk")


def suggestions(contract: SpottedContract, actor: Actor) -> list[Suggestion]:
    """Return the tenders that look like the contract: same number, or same day and amount within 1 % (DOMAIN.md 1.8)."""
    same_number = Q(reference__iexact=contract.reference)
    found = tenders_of_buyer(contract, actor).annotate(awarded=Sum("lots__award__amount"))
    likely = same_number | same_day_and_amount(contract)
    return [
        Suggestion(tender, reason_of(tender, contract)) for tender in found.filter(likely).order_by("pk")[:5]
    ]


def same_day_and_amount(contract: SpottedContract) -> Q:
    """Return the condition of a tender notified the same day for the same amount; never true when either is unknown."""
    if contract.notified_on is None or not contract.amount:
        return Q(pk=None)
    around = (contract.amount * (1 - CLOSE), contract.amount * (1 + CLOSE))
    return Q(notified_on=contract.notified_on) & (
        Q(awarded__range=around) | Q(awarded=None, estimated_amount__range=around)
    )


def reason_of(tender: Tender, contract: SpottedContract) -> str:
    """Say why a tender is suggested."""
    if tender.reference.casefold() == contract.reference.casefold():
        return "même acheteur, même numéro"
    return "même acheteur, même date de notification, même montant à 1 % près"


def buyers_of(contract: SpottedContract, actor: Actor, *, on: date) -> list[Organisation]:
    """Return the organisations that buy under the contract's SIREN and for which the actor may register its tender."""
    found = Organisation.objects.acting_as(Role.BUYER, on=on).filter(siren=contract.buyer_siren)
    if actor.role is Role.BUYER:
        found = found.filter(pk=actor.organisation_id)
    return sorted(found, key=lambda one: (one.pk != contract.buyer_id, one.folded_name, one.pk))


def tender_facts(contract: SpottedContract) -> dict[str, Any]:
    """Return what is known of the tender to follow, as the initial values of its form."""
    codes = {notice["code"] for notice in contract.notices}
    starts_on = contract.notified_on
    ends_on = (
        last_day_of_window(starts_on, contract.duration_months)
        if starts_on and contract.duration_months
        else None
    )
    return {
        "reference": contract.reference if len(contract.reference) <= ID_LIMIT else "",
        "title": contract.title,
        "form": prefill.form(
            contract.nature, contract.content["techniques"], is_concession=contract.is_concession
        ),
        "nature": contract.bought,
        "cpv": contract.cpv,
        "procedure": contract.get_procedure_display(),
        "place": contract.place,
        "estimated_amount": prefill.usable_amount(contract.amount, codes),
        "starts_on": starts_on,
        "ends_on": ends_on,
    }


def published_of(tender: int) -> Published | None:
    """Return what was published of a followed tender; who holds which lot is told by a single contract only."""
    contracts = list(SpottedContract.objects.filter(tender=tender).order_by("notified_on", "pk"))
    if not contracts:
        return None
    first, *others = contracts
    if others:
        return Published(notified_on=first.notified_on)
    return Published(
        notified_on=first.notified_on,
        amount=prefill.usable_amount(first.amount, {notice["code"] for notice in first.notices}),
        contractors=tuple(
            (company.number, company.name)
            for company in contractors_of(first)
            if prefill.is_siret(company.number)
        ),
    )


@dataclass(frozen=True, slots=True)
class Contractor:
    """A published contractor, with the name that we know when none was published."""

    number: str
    name: str


def contractors_of(contract: SpottedContract) -> list[Contractor]:
    """Return the contractors of a contract, in one query."""
    numbers = [one["id"] for one in contract.contractors]
    known = dict(Organisation.objects.filter(siret__in=numbers).values_list("siret", "name"))
    return [
        Contractor(number=one["id"], name=one["name"] or known.get(one["id"], ""))
        for one in contract.contractors
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A modification or another publication, as a row of a table: amount in € HT, duration in months."""

    label: str
    day: date | None
    amount: Decimal | None
    months: int | None = None
    contractors: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a publication says beside its columns, in the words of the screen."""

    price: str
    techniques: str
    execution_modes: str
    framework_id: str
    amendments: list[Change]
    subcontracts: int
    variants: list[Change]
    notices: list[Notice]


def sheet_of(contract: SpottedContract) -> Sheet:
    """Return what the page of a contract shows beside its columns."""
    content = contract.content
    prices = [*([PriceForm(content["price_form"]).label] if content["price_form"] else [])]
    return Sheet(
        price=", ".join([*prices, *labels(PriceType, content["price_types"])]),
        techniques=", ".join(labels(Technique, content["techniques"])),
        execution_modes=", ".join(labels(ExecutionMode, content["execution_modes"])),
        framework_id=content["framework_id"],
        amendments=[amendment(one) for one in content["amendments"]],
        subcontracts=len(content["subcontracts"]),
        variants=[variant(one) for one in content["variants"]],
        notices=notices_of(contract.notices),
    )


def labels(words: type[Words], codes: Iterable[str]) -> list[str]:
    """Return the labels of codes, « Sans objet » left out."""
    return [words(code).label for code in codes if code != "NONE"]


def amendment(stored: Mapping[str, Any]) -> Change:
    """Return a modification as a row."""
    return Change(
        label=stored["object"] or "Modification",
        day=day_of(stored["notified_on"]),
        amount=amount_of(stored["amount"]),
        months=stored["months"],
        contractors=companies(stored["contractors"]),
    )


def variant(stored: Mapping[str, Any]) -> Change:
    """Return another record of the same number as a row."""
    return Change(
        label=stored["object"],
        day=day_of(stored["notified_on"]),
        amount=amount_of(stored["amount"]),
        contractors=companies(stored["contractors"]),
    )


def companies(stored: Iterable[Mapping[str, str]]) -> str:
    """Return the names of companies, or their numbers."""
    return ", ".join(one["name"] or one["id"] for one in stored)


def day_of(text: str | None) -> date | None:
    """Return a day that JSON holds."""
    return date.fromisoformat(text) if text else None


def amount_of(text: str | None) -> Decimal | None:
    """Return an amount that JSON holds."""
    return Decimal(text) if text else None


def notices_of(stored: Iterable[Mapping[str, str]]) -> list[Notice]:
    """Return notices that JSON holds."""
    return [
        Notice(Level(one["level"]), Remark(one["code"]), one["field"], one["value"], one["detail"])
        for one in stored
    ]


def remark_lines(reading: FileReading) -> list[str]:
    """Return what is odd in a file, grouped: « Objet : caractères perdus, 2 064 enregistrements »."""
    return [
        f"{messages.field_label(field)} : {Remark(code).label}, {plural(count, 'enregistrement')}"
        for code, field, count in reading.remarks
    ]


def sentences(line: FileLine) -> list[str]:
    """Return what is told of a line, in words."""
    told = [notice.message for notice in notices_of(line.notices)]
    if line.into_rank is None:
        return told
    return [f"Réuni à l’enregistrement n° {line.into_rank} : {line.get_cause_display()}.", *told]


def line_text(line: FileLine) -> str:
    """Return a line of the report in plain text: « n° 12 (ligne 340), 2025M0042 : créé. »."""
    named = f", {line.number}" if line.number else ""
    head = f"n° {line.rank} (ligne {line.line}){named} : {line.get_outcome_display()}."
    return " ".join([head, *sentences(line)])
