"""Read a buyer's yearly purchase plan, then register its lines at once: a few queries, whatever their number."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import count

from django.db import transaction

from clauses.procurement.actions import rows, tenders
from clauses.procurement.choices import LineOutcome, Permission
from clauses.procurement.models import PlanLine, PurchasePlan, Tender
from clauses.procurement.rules import plans as rules
from clauses.procurement.rules.plans import ReadLine
from inclusiv.accounts.models import Organisation
from inclusiv.accounts.selectors import structures_of_communes
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import plural, quoted
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit
from inclusiv.reference.models import Commune
from inclusiv.reference.selectors import communes_read, cpv_known

BATCH = 500
PROVISIONAL = "PLAN"
LONGEST_REMARK = 1000


@transaction.atomic
def read(
    *, buyer: Organisation, year: int, name: str, lines: Sequence[ReadLine], by: Actor, at: datetime
) -> PurchasePlan:
    """Keep what a file told, line by line, and say what would become of each: nothing is registered yet.

    A facilitator reads for a buyer (PRACTICE.md 1.1). Raises Refused to who does not register for this buyer.
    """
    rows.require(by, Permission.REGISTER_TENDER)
    tenders.check_buyer(buyer, by=by, on=paris_day(at))
    lately = PlanLine.objects.filter(
        plan__organisation_id=by.organisation_id, plan__read_at__gt=at - timedelta(days=1)
    )
    rules.check_room(lately.count() + len(lines))
    plan = PurchasePlan(
        buyer=buyer,
        year=year,
        name=name,
        organisation_id=by.organisation_id,
        read_at=at,
        read_by=by.signature,
    )
    rows.save(plan)
    judged = Judge(plan, lines, by=by, on=paris_day(at))
    PlanLine.objects.bulk_create((judged.line(one) for one in lines), batch_size=BATCH)
    return plan


class Judge:
    """What a batch of lines is judged with, asked once to the database for all of them."""

    def __init__(self, plan: PurchasePlan, lines: Sequence[ReadLine], *, by: Actor, on: date) -> None:
        self.plan = plan
        self.by = by
        self.places = communes_read({line.place for line in lines if line.place})
        seats = {place.pk for place in self.places.values()}
        if plan.buyer.commune:
            seats.add(plan.buyer.commune.pk)
        self.structures = structures_of_communes(insee=seats, on=on)
        self.own = Organisation.objects.get(pk=by.organisation_id) if by.role is Role.FACILITATOR else None
        self.cpv = cpv_known({line.cpv for line in lines if line.cpv})
        self.known = known_lines(self.identity(line) for line in lines)
        self.registered = registered(plan.buyer, {line.reference for line in lines if line.reference})
        self.seen: dict[str, int] = {}

    def identity(self, line: ReadLine) -> str:
        """Return by what a line is known."""
        return rules.identity(self.plan.buyer_id, self.plan.year, number=line.number, title=line.title)

    def line(self, read: ReadLine) -> PlanLine:
        """Return the row of a line, judged."""
        place = self.places.get(read.place)
        structure = self.structure_of(place)
        kept = PlanLine(
            plan=self.plan,
            row=read.row,
            number=read.number,
            identity=self.identity(read),
            title=read.title,
            nature=read.nature or "",
            estimated_amount=read.estimated_amount,
            cpv=read.cpv,
            procedure=read.procedure,
            reference=read.reference,
            consultation_launched_on=read.consultation_launched_on,
            starts_on=read.starts_on,
            ends_on=read.ends_on,
            place=place,
            structure=structure,
        )
        faults = [*read.faults, *self.faults(kept)]
        known = self.known.get(kept.identity) or self.registered.get(kept.reference)
        if faults:
            kept.outcome, said = LineOutcome.REFUSED, faults
        elif known:
            kept.outcome, kept.tender_id, said = LineOutcome.KNOWN, known, []
        else:
            kept.outcome, said = LineOutcome.NEW, [*read.doubts, *self.doubts(read)]
        kept.remark = " ".join(said)[:LONGEST_REMARK]
        return kept

    def structure_of(self, place: Commune | None) -> Organisation | None:
        """Return the structure that will follow a line, that of its reader where no territory says otherwise."""
        return followed_by(self.structures, place, self.plan.buyer.commune) or self.own

    def faults(self, line: PlanLine) -> Iterable[str]:
        """Yield why a line that was read cannot be registered."""
        for known_by in {line.identity, f"reference:{line.reference}"} - {"reference:"}:
            first = self.seen.setdefault(known_by, line.row)
            if first != line.row:
                yield f"Cette ligne répète la ligne {first} : même numéro ou même objet."
        if line.structure is None:
            yield "Aucune structure de facilitation ne suit ce lieu : indiquez la commune d’exécution."
        elif said := followed_elsewhere(line.structure, by=self.by):
            yield said

    def doubts(self, line: ReadLine) -> Iterable[str]:
        """Yield what was left aside or is doubtful in a line that is kept."""
        if line.place and line.place not in self.places:
            yield f"Commune {quoted(line.place)} inconnue ou ambiguë : laissée vide."
        if line.cpv and line.cpv not in self.cpv:
            yield f"Le code CPV {line.cpv} n’est pas dans notre liste : vérifiez-le."


def followed_by(structures: Mapping[str, Organisation], *seats: Commune | None) -> Organisation | None:
    """Return the structure of the first of these places that one follows: of a line's place, else of the buyer's seat."""
    followed = (structures.get(seat.pk) for seat in seats if seat)
    return next((one for one in followed if one), None)


def followed_elsewhere(structure: Organisation | None, *, by: Actor) -> str:
    """Return why a facilitator leaves a line to another structure; empty when it is not so."""
    if by.role is not Role.FACILITATOR or structure is None or structure.pk == by.organisation_id:
        return ""
    return f"Ce lieu est suivi par {structure} : c’est à elle, ou à l’acheteur, d’importer cette ligne."


def known_lines(identities: Iterable[str]) -> dict[str, int]:
    """Return the tenders that these lines already gave, by identity."""
    found = PlanLine.objects.filter(identity__in=set(identities), outcome=LineOutcome.CREATED)
    return {identity: tender for identity, tender in found.values_list("identity", "tender_id") if tender}


def registered(buyer: Organisation, references: Collection[str]) -> dict[str, int]:
    """Return the tenders of a buyer that have one of these numbers."""
    found = Tender.objects.filter(buyer=buyer, reference__in=references)
    return dict(found.values_list("reference", "pk"))


@transaction.atomic
def confirm(*, plan: PurchasePlan, by: Actor, at: datetime) -> int:
    """Register the lines to create as planned tenders, all or none; return how many. One event tells them all.

    What was registered meanwhile is known again, so that the same plan read twice changes nothing; a tender goes to the
    structure that follows its place today.
    """
    rows.require(by, Permission.REGISTER_TENDER)
    visible = PurchasePlan.objects.visible_to(by).select_for_update(of=("self",))
    current = visible.filter(pk=plan.pk).first()
    if current is None:
        raise Refused("not_visible", "Vous n’avez pas accès à ce plan d’achats.")
    if current.confirmed_at:
        raise Refused("already_confirmed", "Ce plan d’achats est déjà importé.")
    # Two plans of one buyer are confirmed in turn; its row is still free for those who only point at it.
    buyer = Organisation.objects.select_for_update(no_key=True).get(pk=current.buyer_id)
    lines = list(
        current.lines.filter(outcome=LineOutcome.NEW).select_related("place", "structure").order_by("row")
    )
    known = known_lines(line.identity for line in lines)
    taken = registered(buyer, {line.reference for line in lines if line.reference})
    seats = {seat.pk for line in lines for seat in (line.place, buyer.commune) if seat}
    structures = structures_of_communes(insee=seats, on=paris_day(at))
    made: list[tuple[PlanLine, Tender]] = []
    numbers = free_numbers(buyer, year=current.year, besides={line.reference for line in lines})
    for line in lines:
        line.structure = followed_by(structures, line.place, buyer.commune) or line.structure
        if found := known.get(line.identity) or taken.get(line.reference):
            line.outcome, line.tender_id = LineOutcome.KNOWN, found
        elif said := followed_elsewhere(line.structure, by=by):
            line.outcome, line.remark = LineOutcome.REFUSED, said
        else:
            reference = line.reference or next(numbers)
            made.append((line, planned(line, buyer=buyer, reference=reference, by=by, at=at)))
    if not made:
        elsewhere = (line.remark for line in lines if line.outcome == LineOutcome.REFUSED)
        raise Refused(
            "nothing_new",
            next(elsewhere, "Toutes les lignes sont déjà connues ou refusées : il n’y a rien à créer."),
        )
    Tender.objects.bulk_create([tender for _, tender in made], batch_size=BATCH)
    for line, tender in made:
        line.outcome, line.tender = LineOutcome.CREATED, tender
    PlanLine.objects.bulk_update(lines, ["outcome", "tender", "structure", "remark"], batch_size=BATCH)
    current.confirmed_at = at
    current.save(update_fields=["confirmed_at"])
    audit.record(
        code="plan.imported",
        subjects=[current, *(tender for _, tender in made)],
        by=rows.for_buyer(by, buyer),
        at=at,
        year=current.year,
        created=plural(len(made), "marché créé", "marchés créés"),
    )
    return len(made)


def planned(line: PlanLine, *, buyer: Organisation, reference: str, by: Actor, at: datetime) -> Tender:
    """Return the unsaved tender of a line: « Programmation », with what the plan told."""
    seat = line.place or buyer.commune
    tender = Tender(
        buyer=buyer,
        structure=line.structure,
        department=seat.department if seat else by.department,
        reference=reference,
        title=line.title,
        nature=line.nature,
        cpv=line.cpv,
        procedure=line.procedure,
        place=line.place,
        estimated_amount=line.estimated_amount,
        consultation_launched_on=line.consultation_launched_on,
        starts_on=line.starts_on,
        ends_on=line.ends_on,
        created_at=at,
        updated_at=at,
    )
    tenders.take_charge(tender, by)
    return tender


def free_numbers(buyer: Organisation, *, year: int, besides: Collection[str]) -> Iterator[str]:
    """Yield the provisional numbers that neither the buyer nor the plan uses yet: « PLAN-2027-0001 »…"""
    prefix = f"{PROVISIONAL}-{year}-"
    used = Tender.objects.filter(buyer=buyer, reference__startswith=prefix)
    taken = {*used.values_list("reference", flat=True), *besides}
    return (name for rank in count(1) if (name := f"{prefix}{rank:04d}") not in taken)
