"""Which buyers are to be asked for their contractors, and what is still unknown of a tender."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from clauses.procurement.models import AwardInquiry, Lot, Tender
from clauses.procurement.rules import inquiries as rules
from inclusiv.accounts.selectors import Reader, reader_of
from inclusiv.core import french
from inclusiv.core.actors import Actor, Role
from inclusiv.parameters.selectors import in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What is not told yet of a tender: the contractors of these lots, and whether it is notified."""

    lots: list[Lot]
    notification: bool

    @property
    def words(self) -> str:
        """« le titulaire des lots 1 et 3, puis la date de notification »."""
        parts = ["la date de notification"] if self.notification else []
        if self.lots:
            which = french.agreed(len(self.lots), "du lot", "des lots")
            parts.insert(0, f"le titulaire {which} {french.listed(str(lot.number) for lot in self.lots)}")
        return ", puis ".join(parts)


def missing_of(tender: Tender) -> Missing:
    """Return what a tender's buyer has still to tell; nothing once it is notified, before the offers or given up."""
    if tender.status not in rules.ASKED:
        return Missing(lots=[], notification=False)
    lots = list(tender.lots.filter(has_clause=True).select_related("award").order_by("number"))
    return Missing(lots=[lot for lot in lots if not hasattr(lot, "award")], notification=bool(lots))


def tenders_to_ask(*, on: date) -> list[Tender]:
    """Return the tenders whose buyer is to be asked on the day, the oldest offers first."""
    values = in_force(on=on, codes=("AWARD_ASK_AFTER_DAYS", "AWARD_ASK_EVERY_DAYS"))
    after = timedelta(days=values.integer("AWARD_ASK_AFTER_DAYS"))
    every = timedelta(days=values.integer("AWARD_ASK_EVERY_DAYS"))
    waiting = (
        Tender.objects.filter(
            Exists(Lot.objects.filter(tender=OuterRef("pk"), has_clause=True)),
            status__in=rules.ASKED,
            offers_due_on__lte=on - after,
        )
        .select_related("buyer", "structure", "award_inquiry")
        .order_by("offers_due_on", "pk")
    )
    return [
        tender
        for tender in waiting
        if tender.offers_due_on
        and rules.ask_on(
            offers_due_on=tender.offers_due_on,
            last_on=known.last_on if (known := getattr(tender, "award_inquiry", None)) else None,
            later_on=known.later_on if known else None,
            after=after,
            every=every,
        )
        <= on
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class InquirySheet:
    """Where the asking of a tender's buyer stands, as those who follow it read it."""

    missing: Missing
    inquiry: AwardInquiry | None
    reader: Reader | None
    """To whom the next mail would go; None when nobody can be written to."""


def inquiry_sheet(tender: Tender, *, actor: Actor, on: date) -> InquirySheet | None:
    """Return what is told of the asking; None when nothing is awaited and nobody was asked."""
    missing = missing_of(tender)
    inquiry = AwardInquiry.objects.visible_to(actor).filter(tender=tender).first()
    if not missing.notification and inquiry is None:
        return None
    return InquirySheet(
        missing=missing, inquiry=inquiry, reader=reader_of(tender.buyer, role=Role.BUYER, on=on)
    )
