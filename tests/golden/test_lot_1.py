"""Lots 1 and 2 of the worked example go through the real actions (DOMAIN.md 12)."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Sum

from beneficiaries.hours.actions.statements import Sheet
from beneficiaries.hours.choices import Finding, LineOutcome
from beneficiaries.hours.models import HourEntry, StatementLine
from beneficiaries.hours.selectors import ledger
from beneficiaries.people.choices import Criterion, Sex
from beneficiaries.people.models import EligibilityCheck
from beneficiaries.placements.choices import Modality
from beneficiaries.placements.models import Placement
from clauses.obligations.models import Obligation
from clauses.procurement.models import Award, Tender
from inclusiv.accounts.choices import CompanyKind
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Role
from inclusiv.core.quantities import percentage
from inclusiv.demo.make import accounts, beneficiaries, clauses
from inclusiv.demo.make import hours as making
from tests.conftest import Cast

MONTHS = [date(2025, month, 1) for month in range(4, 13)]
DECLARED: dict[str, tuple[Decimal | int, ...]] = {
    "P1": (133, 119, 140, 140, 70, 147, 126, 0, 0),
    "P2": (0, 84, 112, 119, 0, 126, 119, 56, 21),
    "P3": (0, 0, 0, 0, 0, 77, 70, 63, 0),
    "P3T": (0, 0, 0, 0, 0, 35, 42, 35, 0),
    "P4": (0, 0, 35, 70, 0, 0, 0, 0, 0),
    "P5a": (0, 0, 0, 35, 0, 35, 21, 0, 0),
    "P5b": (0, 0, 0, 35, 0, 42, 21, 0, 0),
    "P5c": (0, 0, 0, 28, 0, 28, 21, 0, 0),
    "P6": (0, 0, 0, 0, 0, 0, Decimal("49.50"), 66, 0),
}
"""Hours by placement from April to December 2025 (DOMAIN.md 12.3)."""

LOT_1_BY_MONTH = [133, 203, 252, 259, 70, 385, 357, 154]
LOT_2_BY_MONTH = [0, 0, 0, 98, 0, 105, Decimal("112.50"), 66]


@dataclass(frozen=True)
class Played:
    """The tender with its two awards and its placements by their id in the example, all statements validated."""

    tender: Tender
    lot_1: Award
    lot_2: Award
    placements: dict[str, Placement]


@pytest.fixture
def companies(cast: Cast) -> dict[str, Organisation]:
    made = {"A": cast.builder, "ETTI": cast.etti}
    for number, (key, name, kind) in enumerate(
        [
            ("B", "Maçonnerie du Val", CompanyKind.ORDINARY),
            ("C", "Routes et Jardins", CompanyKind.ORDINARY),
            ("ACI", "Chantier des Prés", CompanyKind.ACI),
            ("AI", "Coup de main", CompanyKind.AI),
        ],
        start=900,
    ):
        role = Role.CONTRACTOR if kind == CompanyKind.ORDINARY else Role.EMPLOYER
        made[key] = accounts.organisation(name=name, number=number, roles=(role,), company_kind=kind)
    return made


@pytest.fixture
def played(cast: Cast, companies: dict[str, Organisation]) -> Played:
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure, reference="M-2025-014")
    lot_1 = clauses.award(
        clauses.lot(tender, hours=Decimal("1890.00")),
        (companies["A"], Decimal("0.7")),
        (companies["B"], Decimal("0.3")),
    )
    lot_2 = clauses.award(
        clauses.lot(
            tender,
            number=2,
            title="VRD et espaces verts",
            amount=Decimal("640000.00"),
            hours=Decimal("320.00"),
        ),
        (companies["C"], Decimal(1)),
    )
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    placements = put_to_work(cast, companies, lot_1, lot_2)
    making.validated_in_bulk([*sheets(lot_1, placements), *sheets(lot_2, placements)], by=cast.facilitator)
    return Played(tender, lot_1, lot_2, placements)


def put_to_work(
    cast: Cast, companies: dict[str, Organisation], lot_1: Award, lot_2: Award
) -> dict[str, Placement]:
    """Make the people, their eligibility and their placements (DOMAIN.md 12.2, 12.3)."""

    def check(
        first_name: str, birth: date, sex: Sex, hired_on: date, *criteria: Criterion
    ) -> EligibilityCheck:
        made = beneficiaries.dossier(
            cast.structure, first_name=first_name, last_name="Exemple", birth_date=birth, sex=sex
        )
        if not criteria:
            return beneficiaries.refused_check(made, reference_date=hired_on)
        return beneficiaries.validated_check(made, reference_date=hired_on, criteria=criteria)

    july = date(2025, 7, 1)
    one = check("Un", date(1979, 5, 14), Sex.F, date(2025, 4, 1), Criterion.LONG_TERM_UNEMPLOYED)
    two = check("Deux", date(1990, 2, 20), Sex.M, date(2025, 5, 5), Criterion.RSA)
    three = check("Trois", date(2005, 11, 2), Sex.F, date(2025, 9, 1), Criterion.YOUTH_UNQUALIFIED)
    four = check("Quatre", date(1988, 7, 7), Sex.M, date(2025, 6, 16))
    five = check("Cinq", date(1985, 1, 1), Sex.M, july, Criterion.IAE_ACI)
    six = check("Six", date(1986, 1, 1), Sex.F, july, Criterion.IAE_ACI)
    seven = check("Sept", date(1987, 1, 1), Sex.M, july, Criterion.IAE_ACI)
    eight = check("Huit", date(1971, 3, 3), Sex.M, date(2025, 10, 6), Criterion.ASS)
    make = beneficiaries.placement

    def in_workshop(check: EligibilityCheck) -> Placement:
        return make(
            lot_2,
            check,
            employer=companies["ACI"],
            modality=Modality.SUBCONTRACT_ACI,
            ended_on=date(2025, 10, 31),
        )

    return {
        "P1": make(lot_1, one, employer=companies["A"], ended_on=date(2025, 11, 14)),
        "P2": make(
            lot_1,
            two,
            employer=companies["ETTI"],
            user_company=companies["A"],
            modality=Modality.SECONDMENT_ETTI,
            ended_on=date(2025, 12, 12),
        ),
        "P3": make(
            lot_1,
            three,
            employer=companies["B"],
            modality=Modality.APPRENTICESHIP,
            ended_on=date(2025, 11, 28),
        ),
        "P4": make(lot_1, four, employer=companies["B"], ended_on=date(2025, 7, 31)),
        "P5a": in_workshop(five),
        "P5b": in_workshop(six),
        "P5c": in_workshop(seven),
        "P6": make(
            lot_2,
            eight,
            employer=companies["AI"],
            user_company=companies["C"],
            modality=Modality.SECONDMENT_AI,
            ended_on=date(2025, 11, 28),
        ),
    }


def sheets(award: Award, placements: dict[str, Placement]) -> list[Sheet]:
    """Return a statement for every month in which a declarant has somebody in post."""
    mine = {key: placement for key, placement in placements.items() if placement.award_id == award.pk}
    filled = [
        making.sheet(
            award,
            declarant,
            month,
            hours={placement: Decimal(DECLARED[key][rank]) for key, placement in mine.items()},
            training={placements["P3"]: Decimal(DECLARED["P3T"][rank])},
        )
        for rank, month in enumerate(MONTHS)
        for declarant in {placement.declarant for placement in mine.values()}
    ]
    return [sheet for sheet in filled if sheet.lines]


def total(award: Award) -> Decimal:
    """Return the hours that count, as a sum of the ledger."""
    found = HourEntry.objects.filter(award=award).aggregate(total=Sum("counted"))["total"]
    return Decimal(found or 0)


def by_month(award: Award) -> list[Decimal]:
    """Return the hours that count, from April to December."""
    rows = dict(
        HourEntry.objects.filter(award=award).values_list("month").annotate(total=Sum("counted")).order_by()
    )
    return [rows.get(month, Decimal(0)) for month in MONTHS]


def test_lot_1_reaches_1813_hours_month_by_month(played: Played) -> None:
    assert by_month(played.lot_1) == [*LOT_1_BY_MONTH, 0]
    assert total(played.lot_1) == Decimal("1813.00")


def test_lot_1_is_done_at_95_93_per_cent_and_misses_77_hours(played: Played) -> None:
    owed = Obligation.objects.get(lot=played.lot_1.lot).quantity
    assert percentage(total(played.lot_1), owed) == pytest.approx(Decimal("95.93"), abs=Decimal("0.005"))
    assert owed - total(played.lot_1) == Decimal("77.00")


def test_lot_1_is_split_between_the_members_of_its_group(
    played: Played, companies: dict[str, Organisation]
) -> None:
    rows = HourEntry.objects.filter(award=played.lot_1).values_list("placement__user_company")
    assert dict(rows.annotate(total=Sum("counted")).order_by()) == {
        companies["A"].pk: Decimal("1491.00"),
        companies["B"].pk: Decimal("322.00"),
    }


def test_lot_2_reaches_381_50_hours_month_by_month(played: Played) -> None:
    assert by_month(played.lot_2) == [*LOT_2_BY_MONTH, 0]
    assert total(played.lot_2) == Decimal("381.50")


def test_rejected_lines_say_why(played: Played) -> None:
    rejected = StatementLine.objects.filter(outcome=LineOutcome.REJECTED).order_by("statement__month")
    assert [(line.placement, line.hours, line.rejections) for line in rejected] == [
        (played.placements["P4"], Decimal("35.00"), [Finding.BENEFICIARY_NOT_ELIGIBLE]),
        (played.placements["P4"], Decimal("70.00"), [Finding.BENEFICIARY_NOT_ELIGIBLE]),
        (played.placements["P2"], Decimal("21.00"), [Finding.OUTSIDE_EXECUTION_PERIOD]),
    ]


def test_hours_by_modality_are_those_of_the_example(played: Played) -> None:
    rows = HourEntry.objects.values_list("placement__modality").annotate(total=Sum("counted")).order_by()
    assert dict(rows) == {
        Modality.DIRECT_HIRE_CDD: Decimal("875.00"),
        Modality.SECONDMENT_ETTI: Decimal("616.00"),
        Modality.APPRENTICESHIP: Decimal("322.00"),
        Modality.SUBCONTRACT_ACI: Decimal("266.00"),
        Modality.SECONDMENT_AI: Decimal("115.50"),
    }


def test_november_is_clipped_at_the_end_of_execution(played: Played) -> None:
    november = HourEntry.objects.get(placement=played.placements["P2"], month=date(2025, 11, 1))
    assert (november.worked_from, november.worked_to) == (date(2025, 11, 1), date(2025, 11, 28))


def test_ledger_of_the_example_is_whole(played: Played) -> None:
    assert list(ledger.verify()) == []
    played.lot_1.refresh_from_db()
    assert played.lot_1.ledger_seq == HourEntry.objects.filter(award=played.lot_1).count()


@pytest.fixture
def shared_example() -> dict[str, Any]:
    path = settings.BASE_DIR.parent / "shared" / "golden" / "golden_example.json"
    if not path.exists():
        pytest.skip("The shared worked example is not on this machine.")
    example: dict[str, Any] = json.loads(path.read_text())
    return example


def test_table_of_this_test_is_the_shared_one(shared_example: dict[str, Any]) -> None:
    shared = {key: tuple(map(Decimal, line["hours"])) for key, line in shared_example["declared"].items()}
    assert {key: shared[key] for key in DECLARED} == DECLARED


def test_every_placement_counts_what_the_shared_example_says(
    played: Played, shared_example: dict[str, Any]
) -> None:
    rows = HourEntry.objects.values_list("placement", "kind", "month").annotate(total=Sum("counted"))
    counted = {(placement, kind, month): hours for placement, kind, month, hours in rows.order_by()}
    for key, hours in shared_example["validated"].items():
        if key not in DECLARED:
            continue
        placement, kind = (
            (played.placements["P3"], "TRAINING") if key == "P3T" else (played.placements[key], "WORK")
        )
        found = [counted.get((placement.pk, kind, month), Decimal(0)) for month in MONTHS]
        assert found == list(map(Decimal, hours)), key
