"""Read what the texts of a tender are written from: its clauses, its lots, whom to call, the articles in force."""

from datetime import date
from decimal import Decimal

from clauses.obligations.choices import ClauseType, Public, Unit
from clauses.obligations.models import SocialClause
from clauses.obligations.selectors.articles import cited_by
from clauses.obligations.selectors.terms import terms_of
from clauses.procurement.choices import Ccag, TenderForm
from clauses.procurement.models import Lot, Tender
from clauses.texts.rules.facts import Facilitation, LotFacts, PublicLimits, Share, TenderFacts, TrancheFacts
from inclusiv.accounts.choices import BuyerKind
from inclusiv.accounts.selectors import presence
from inclusiv.core.quantities import cents
from inclusiv.parameters.selectors import in_force

LIMITS = (
    "YOUTH_MAX_AGE",
    "SENIOR_MIN_AGE",
    "DELD_MIN_MONTHS",
    "DELD_MAX_WORKED_MONTHS",
    "YOUTH_INACTIVE_MONTHS",
)
CCAG_OF_2021 = date(2021, 4, 1)
"""Before, the general clauses had another article on insertion, or none."""
STATE = frozenset({BuyerKind.STATE, BuyerKind.STATE_AGENCY})


def tender_facts(tender: Tender, *, on: date, today: date) -> TenderFacts:
    """Return what the texts of a visible tender print, its articles being those of a day, whom to call that of today.

    `tender` comes with its buyer, place, structure and facilitator in hand.
    """
    clauses = list(
        SocialClause.objects.filter(lot__tender=tender)
        .select_related("lot__award", "sizing")
        .prefetch_related("lot__award__members__organisation", "lot__tranches")
        .order_by("lot__number")
    )
    types = {ClauseType(clause.clause_type) for clause in clauses}
    return TenderFacts(
        reference=tender.reference,
        title=tender.title,
        buyer=tender.buyer.name,
        place=str(tender.place or ""),
        ccag=tender.general_clauses,
        starts_on=tender.starts_on,
        ends_on=tender.ends_on,
        lots=tuple(lot_facts(clause) for clause in clauses),
        facilitation=facilitation(tender, on=today),
        limits=public_limits(on),
        articles=cited_by(tender, types, on=on),
        is_renewal=tender.is_renewal,
    )


def doubts(tender: Tender, *, on: date) -> list[str]:
    """Return what is to be read twice before the texts are used."""
    said = []
    if on < CCAG_OF_2021:
        said.append(
            "La consultation est antérieure aux CCAG de 2021 : vérifiez la numérotation des articles cités."
        )
    if tender.form == TenderForm.PRIVATE:
        said.append(
            "Pour un achat privé, le code de la commande publique ne s’applique pas : adaptez les renvois au CCAG."
        )
    if tender.general_clauses is Ccag.NONE:
        said.append(
            "Ce marché ne se réfère à aucun CCAG : retirez les renvois à ses articles, le reste du texte suffit."
        )
    if tender.is_bound:
        said.append(
            "Le marché est notifié : ces textes reprennent la clause d’origine. Les avenants, reconductions et tranches"
            " sont suivis à part."
        )
    return said


def lot_facts(clause: SocialClause) -> LotFacts:
    """Return a lot as its clause makes it."""
    return LotFacts(
        number=clause.lot.number,
        title=clause.lot.title,
        quantity=clause.quantity,
        unit=Unit(clause.unit),
        staff=staff(clause),
        clause_type=ClauseType(clause.clause_type),
        publics=tuple(Public(one) for one in clause.priority_publics),
        strict_prior_validation=clause.strict_prior_validation,
        count_training=clause.count_training,
        terms=terms_of(clause),
        shares=shares(clause),
        tranches=tranches(clause),
    )


def tranches(clause: SocialClause) -> tuple[TrancheFacts, ...]:
    """Return the optional tranches of the lot of a clause, in the order of their numbers."""
    rows = sorted(clause.lot.tranches.all(), key=lambda row: row.number)
    return tuple(TrancheFacts(number=row.number, hours=row.hours) for row in rows)


def staff(clause: SocialClause) -> tuple[Decimal, Decimal] | None:
    """Return the staff foreseen and the part taken over behind a clause, None when nobody is."""
    sizing = clause.sizing
    if sizing is None or sizing.staff_total is None or not sizing.staff_taken_over:
        return None
    return sizing.staff_total, sizing.staff_taken_over


def shares(clause: SocialClause) -> tuple[Share, ...]:
    """Return the members of the group that holds the lot of a clause, the lead first; nobody before the award."""
    lot: Lot = clause.lot
    if not hasattr(lot, "award"):
        return ()
    return tuple(
        Share(
            name=member.organisation.name,
            part=member.hours_share,
            hours=cents(clause.quantity * member.hours_share),
        )
        for member in lot.award.ranked
    )


def facilitation(tender: Tender, *, on: date) -> Facilitation:
    """Return whom a company calls: who follows the tender on a day, even away, else their structure."""
    key = (tender.facilitator_id, tender.structure_id)
    person = tender.facilitator if key in presence(on=on).there else None
    return Facilitation(
        structure=tender.structure.name,
        person=str(person) if person else "",
        phone=(person.phone if person else "") or tender.structure.phone,
        email=person.email if person else "",
    )


def public_limits(on: date) -> PublicLimits:
    """Return the ages and months of the eligibility in force on a day."""
    values = in_force(on=on, codes=LIMITS)
    return PublicLimits(
        youth_max_age=values.integer("YOUTH_MAX_AGE"),
        senior_min_age=values.integer("SENIOR_MIN_AGE"),
        unemployed_months=values.integer("DELD_MIN_MONTHS"),
        worked_months=values.integer("DELD_MAX_WORKED_MONTHS"),
        youth_inactive_months=values.integer("YOUTH_INACTIVE_MONTHS"),
    )
