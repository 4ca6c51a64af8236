"""Lots 1 and 2 of the worked example (DOMAIN.md 12), and hours straight into the ledger."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256

from beneficiaries.hours.choices import RULES_VERSION, HoursKind, LineOutcome, StatementStatus
from beneficiaries.hours.models import HourEntry, Statement, StatementLine
from beneficiaries.people.choices import Criterion, Sex
from beneficiaries.placements.choices import Modality
from beneficiaries.placements.models import Placement
from clauses.obligations.choices import VersionCause
from clauses.obligations.models import Obligation, ObligationVersion
from clauses.procurement.choices import Sector
from clauses.procurement.models import Award, Tender
from inclusiv.accounts.choices import CompanyKind
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Role
from inclusiv.core.periods import month_end, statement_due_on
from inclusiv.demo.make import accounts, beneficiaries, clauses, hours
from inclusiv.demo.make.clauses import noon
from tests.conftest import Cast


def statement(
    placement: Placement,
    month: date,
    *,
    status: StatementStatus = StatementStatus.VALIDATED,
    sent_on: date | None = None,
) -> Statement:
    """Return the month's statement of the placement's declarant, sent on its due day unless told otherwise."""
    due_on = statement_due_on(month, 12)
    sent = noon(sent_on or due_on)
    made, _ = Statement.objects.get_or_create(
        award=placement.award,
        declarant=placement.declarant,
        month=month,
        defaults={
            "status": status,
            "due_on": due_on,
            "submitted_at": sent,
            "submitted_by": "Entreprise",
            "reviewed_at": sent if status == StatementStatus.VALIDATED else None,
            "reviewed_by": "Facilitation" if status == StatementStatus.VALIDATED else "",
            "updated_at": sent,
        },
    )
    return made


def declared(placement: Placement, month: date, told: str, *, kind: HoursKind = HoursKind.WORK) -> None:
    """Declare hours that nobody has controlled yet."""
    StatementLine.objects.create(
        statement=statement(placement, month, status=StatementStatus.SUBMITTED),
        placement=placement,
        kind=kind,
        hours=Decimal(told),
    )


def validated(
    placement: Placement,
    month: date,
    told: str,
    *,
    kind: HoursKind = HoursKind.WORK,
    sent_on: date | None = None,
) -> HourEntry:
    """Declare hours and count them all: one line, one entry at the end of the award's chain."""
    sent = statement(placement, month, sent_on=sent_on)
    line = StatementLine.objects.create(
        statement=sent,
        placement=placement,
        kind=kind,
        hours=Decimal(told),
        counted=Decimal(told),
        outcome=LineOutcome.COUNTED,
    )
    return entry(line, Decimal(told))


def reversed_entry(original: HourEntry) -> HourEntry:
    """Take an entry back, as a correction does."""
    return entry(original.line, -original.counted, reverses=original)


def entry(line: StatementLine, counted: Decimal, *, reverses: HourEntry | None = None) -> HourEntry:
    """Write one entry behind the last one of its award."""
    placement, month = line.placement, line.statement.month
    last = HourEntry.objects.filter(award=placement.award_id).order_by("-seq").first()
    seq = last.seq + 1 if last else 1
    return HourEntry.objects.create(
        award_id=placement.award_id,
        seq=seq,
        prev_hash=last.hash if last else None,
        hash=sha256(f"{placement.award_id}/{seq}".encode()).hexdigest(),
        line=line,
        placement=placement,
        obligation=Obligation.objects.get(lot__award=placement.award_id),
        month=month,
        worked_from=month,
        worked_to=month_end(month),
        kind=line.kind,
        worked=counted,
        counted=counted,
        reverses=reverses,
        rules_version=RULES_VERSION,
        recorded_at=line.statement.reviewed_at or noon(month_end(month)),
    )


@dataclass(frozen=True)
class School:
    """The school's contract: lot 1 (A and B) and lot 2 (C), with their people."""

    tender: Tender
    lot_1: Award
    lot_2: Award
    a: Organisation
    b: Organisation
    c: Organisation
    placements: dict[str, Placement]


HOURS: dict[str, dict[int, str]] = {
    "P1": {4: "133", 5: "119", 6: "140", 7: "140", 8: "70", 9: "147", 10: "126"},
    "P2": {5: "84", 6: "112", 7: "119", 9: "126", 10: "119", 11: "56"},
    "P3": {9: "77", 10: "70", 11: "63"},
    "P5a": {7: "35", 9: "35", 10: "21"},
    "P5b": {7: "35", 9: "42", 10: "21"},
    "P5c": {7: "28", 9: "28", 10: "21"},
    "P6": {10: "49.50", 11: "66.00"},
}
"""Validated hours of work of DOMAIN.md 12.3, by placement and month of 2025."""

TRAINING: dict[int, str] = {9: "35", 10: "42", 11: "35"}
"""Hours at the training centre of P3."""


def school(cast: Cast, *, until: int = 11) -> School:
    """Make lots 1 and 2 of the worked example, with the hours validated until this month of 2025."""
    b = accounts.organisation(
        name="Maçonnerie B", number=21, roles=(Role.CONTRACTOR,), company_kind=CompanyKind.ORDINARY
    )
    aci = accounts.organisation(
        name="Chantier d’insertion", number=22, roles=(Role.EMPLOYER,), company_kind=CompanyKind.ACI
    )
    ai = accounts.organisation(
        name="Association intermédiaire", number=23, roles=(Role.EMPLOYER,), company_kind=CompanyKind.AI
    )
    tender = clauses.tender(
        buyer=cast.commune, structure=cast.structure, reference="2025-014", title="École Jean-Moulin"
    )
    lot_1 = clauses.award(clauses.lot(tender), (cast.builder, Decimal("0.70000")), (b, Decimal("0.30000")))
    lot_2 = clauses.award(
        clauses.lot(
            tender,
            number=2,
            title="VRD et espaces verts",
            sector=Sector.EARTHWORKS_ROADS,
            amount=Decimal("640000.00"),
            hours=Decimal("320.00"),
        ),
        (cast.painter, Decimal("1.00000")),
    )
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    amend(lot_2, quantity=Decimal("370.00"), on=date(2025, 7, 21))
    people = _people(cast, lot_1, lot_2, b=b, aci=aci, ai=ai)
    work(people, until=until)
    return School(
        tender=tender, lot_1=lot_1, lot_2=lot_2, a=cast.builder, b=b, c=cast.painter, placements=people
    )


def work(people: dict[str, Placement], *, until: int) -> None:
    """Send and validate the statements of 2025 until this month, one per award and declarant."""
    for month in range(4, until + 1):
        sheets: dict[tuple[Award, Organisation], dict[Placement, Decimal]] = defaultdict(dict)
        for code, months in HOURS.items():
            if month in months:
                placement = people[code]
                sheets[placement.award, placement.declarant][placement] = Decimal(months[month])
        training = {people["P3"]: Decimal(TRAINING[month])} if month in TRAINING else {}
        for (award, declarant), worked in sheets.items():
            own = {placement: spent for placement, spent in training.items() if placement in worked}
            hours.validated(award, declarant, date(2025, month, 1), hours=worked, training=own)


def amend(award: Award, *, quantity: Decimal, on: date) -> None:
    """Change what is owed by a second version."""
    obligation = Obligation.objects.get(lot=award.lot_id)
    ObligationVersion.objects.create(
        obligation=obligation,
        number=2,
        quantity=quantity,
        effective_on=on,
        recorded_at=noon(on),
        cause=VersionCause.AMENDMENT,
    )
    Obligation.objects.filter(pk=obligation.pk).update(quantity=quantity)


def _people(
    cast: Cast, lot_1: Award, lot_2: Award, *, b: Organisation, aci: Organisation, ai: Organisation
) -> dict[str, Placement]:
    """Put the people of DOMAIN.md 12.2 to work, as 12.3 says."""
    C, M = Criterion, Modality
    a, c = cast.builder, cast.painter

    def at_work(
        award: Award,
        name: str,
        sex: Sex,
        born: date,
        criteria: tuple[Criterion, ...],
        on: date,
        employer: Organisation,
        user_company: Organisation,
        modality: Modality,
    ) -> Placement:
        dossier = beneficiaries.dossier(
            cast.structure, first_name=name, last_name="Essai", sex=sex, birth_date=born
        )
        check = beneficiaries.validated_check(dossier, reference_date=on, criteria=criteria)
        return beneficiaries.placement(
            award, check, employer=employer, user_company=user_company, modality=modality
        )

    return {
        "P1": at_work(
            lot_1, "Un", Sex.F, date(1979, 5, 14), (C.LONG_TERM_UNEMPLOYED,), date(2025, 4, 1), a, a,
            M.DIRECT_HIRE_CDD,
        ),
        "P2": at_work(
            lot_1, "Deux", Sex.M, date(1990, 2, 20), (C.RSA,), date(2025, 5, 5), cast.etti, a,
            M.SECONDMENT_ETTI,
        ),
        "P3": at_work(
            lot_1, "Trois", Sex.F, date(2005, 11, 2), (C.YOUTH_UNQUALIFIED,), date(2025, 9, 1), b, b,
            M.APPRENTICESHIP,
        ),
        "P5a": at_work(
            lot_2, "Cinq", Sex.M, date(1985, 1, 1), (C.IAE_ACI,), date(2025, 7, 1), aci, aci,
            M.SUBCONTRACT_ACI,
        ),
        "P5b": at_work(
            lot_2, "Six", Sex.F, date(1986, 1, 1), (C.IAE_ACI,), date(2025, 7, 1), aci, aci,
            M.SUBCONTRACT_ACI,
        ),
        "P5c": at_work(
            lot_2, "Sept", Sex.M, date(1987, 1, 1), (C.IAE_ACI,), date(2025, 7, 1), aci, aci,
            M.SUBCONTRACT_ACI,
        ),
        "P6": at_work(
            lot_2, "Huit", Sex.M, date(1971, 3, 3), (C.ASS, C.SENIOR), date(2025, 10, 6), ai, c,
            M.SECONDMENT_AI,
        ),
    }  # fmt: skip
