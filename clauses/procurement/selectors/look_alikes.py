"""Tenders of a buyer that look like the one being registered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, FloatField, Func, OuterRef, Q, Value
from django.db.models.functions import Lower

from clauses.procurement.models import AdviceRequest, Tender
from clauses.procurement.rules import look_alikes as rules
from clauses.procurement.rules.advice import WAITING
from clauses.procurement.rules.tenders import OPEN
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor
from inclusiv.core.fields import Fold

SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """A tender already registered, and in what it looks like the new one."""

    tender: Tender
    why: str

    @property
    def has_advice(self) -> bool:
        """Whether advice that was asked about it still waits, for the answer or for the decision."""
        waits: bool = vars(self.tender)["advice_waits"]
        return waits

    @property
    def is_open(self) -> bool:
        """Whether advice may be asked about it."""
        return self.tender.status in OPEN and not self.has_advice


def look_alikes(facts: Mapping[str, Any], *, buyer: Organisation, actor: Actor) -> list[LookAlike]:
    """Return at most five visible tenders of the buyer that look like these facts, the nearest objects first.

    `facts` are those of a tender as the actions take them; those that are unknown are not compared.
    """
    bare = Func(Lower("reference"), Value("[^[:alnum:]]"), Value(""), Value("g"), function="regexp_replace")
    title = Fold(Value(str(facts["title"])))
    likeness = Func("folded_title", title, function="SIMILARITY", output_field=FloatField())
    waiting = AdviceRequest.objects.filter(tender=OuterRef("pk"), status__in=WAITING)
    found = (
        Tender.objects.visible_to(actor)
        .filter(buyer=buyer)
        .annotate(likeness=likeness, bare_reference=bare, advice_waits=Exists(waiting))
        .filter(resembling(facts))
        .order_by("-likeness", "-created_at", "pk")
    )
    return [LookAlike(tender=tender, why=why(tender, facts)) for tender in found[:SHOWN]]


def resembling(facts: Mapping[str, Any]) -> Q:
    """Return the condition of a tender that looks like these facts."""
    condition = Q(likeness__gte=rules.TITLES_ALIKE)
    if number := rules.bare_number(facts.get("reference") or ""):
        condition |= Q(bare_reference=number)
    amount, starts_on = facts.get("estimated_amount"), facts.get("starts_on")
    if facts.get("cpv") and amount is not None and starts_on:
        condition |= Q(
            cpv=facts["cpv"],
            estimated_amount__range=(amount * (1 - rules.AMOUNT_APART), amount / (1 - rules.AMOUNT_APART)),
            starts_on__range=(starts_on - rules.DAYS_APART, starts_on + rules.DAYS_APART),
        )
    return condition


def why(tender: Any, facts: Mapping[str, Any]) -> str:
    """Say in what a tender found above looks like these facts."""
    near = rules.amounts_near(tender.estimated_amount, facts.get("estimated_amount")) and rules.days_near(
        tender.starts_on, facts.get("starts_on")
    )
    told = {
        "même numéro": bool(facts.get("reference"))
        and tender.bare_reference == rules.bare_number(facts["reference"]),
        "objet proche": tender.likeness >= rules.TITLES_ALIKE,
        "même code CPV, montant et dates proches": bool(tender.cpv)
        and tender.cpv == facts.get("cpv")
        and near,
    }
    return ", ".join(word for word, holds in told.items() if holds)
