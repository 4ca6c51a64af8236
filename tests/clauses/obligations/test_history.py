"""The history of what is owed, through whole contracts: never back in time, nothing known before ever rewritten."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from clauses.obligations.actions import life
from clauses.obligations.models import Obligation, SocialClause
from clauses.obligations.selectors.contract import contract_sheet
from clauses.obligations.selectors.owed import owed_by
from clauses.procurement.actions import life as procurement_life
from clauses.procurement.choices import AmendmentKind, Sector
from clauses.procurement.models import Lot, Tender, Tranche
from clauses.procurement.selectors.tenders import lot_row, lots_shown
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import clauses as make
from inclusiv.demo.make.clauses import noon
from tests.conftest import Cast

NOTIFIED = date(2025, 3, 10)
STEPS = 14


@pytest.fixture
def tender(cast: Cast) -> Tender:
    """A tender of three lots: fixed hours with an optional tranche, hours that follow the invoices, no clause."""
    made = make.tender(buyer=cast.commune, structure=cast.structure)
    Tender.objects.filter(pk=made.pk).update(renewals_max=2)
    fixed = make.lot(made, number=1, hours=Decimal(320), amount=Decimal(640_000))
    following = make.lot(made, number=2, hours=Decimal(70), amount=Decimal(200_000))
    Lot.objects.create(tender=made, number=3, title="Signalisation", sector=Sector.EARTHWORKS_ROADS)
    SocialClause.objects.filter(lot=following).update(hours_per_100k=Decimal(35))
    procurement_life.add_tranche(lot=fixed, number=1, hours=Decimal(120), by=cast.buyer, at=made.created_at)
    for lot in made.lots.all():
        make.award(lot, (cast.builder, Decimal(1)))
    make.notify(made, notified_on=NOTIFIED)
    return made


def drawn(chance: Random, tender: Tender, cast: Cast, at: datetime) -> Callable[[], object]:
    """Return one thing that may happen to the contract, at random, right or wrong."""
    now = Tender.objects.get(pk=tender.pk)
    assert now.ends_on
    day = at.date() - timedelta(days=chance.randint(0, 60))
    lot = chance.choice(list(tender.lots.all()))
    told: dict[str, Any] = {"by": cast.buyer, "at": at}
    following = now.ends_on + timedelta(days=1)
    end = following + timedelta(days=chance.randint(30, 300))
    hours, amount = Decimal(chance.randint(-60, 120)), Decimal(chance.randint(0, 900_000))
    change = life.LotChange(lot=lot, hours=hours)
    return chance.choice(
        [
            lambda: life.amend(
                tender=now, kind=AmendmentKind.CLAUSE_CHANGED, notified_on=day, changes=[change], **told
            ),
            lambda: life.amend(
                tender=now,
                kind=AmendmentKind.DURATION,
                notified_on=day,
                months=chance.randint(-2, 4),
                **told,
            ),
            lambda: life.affirm(tranche=Tranche.objects.get(), affirmed_on=day, **told),
            lambda: life.invoice(lot=tender.lots.get(number=2), quarter_end=day, amount=amount, **told),
            lambda: life.renew(tender=now, decided_on=day, starts_on=following, ends_on=end, **told),
            lambda: life.suspend(tender=now, starts_on=day, reason="Réseaux.", **told),
            lambda: life.resume(tender=now, resumed_on=day, ends_on=now.ends_on or end, **told),
        ]
    )


def check(tender: Tender, cast: Cast, at: datetime) -> None:
    """Check that versions follow one another, and that every screen adds up to the same number."""
    by_lot: dict[int, Decimal] = {}
    for row in Obligation.objects.filter(lot__tender=tender).prefetch_related("versions"):
        versions = sorted(row.versions.all(), key=lambda one: one.number)
        assert [one.number for one in versions] == list(range(1, len(versions) + 1))
        for before, after in pairwise(versions):
            assert before.effective_on <= after.effective_on
            assert before.recorded_at <= after.recorded_at
        assert versions[-1].quantity == row.quantity >= 0
        by_lot[row.lot_id] = by_lot.get(row.lot_id, Decimal(0)) + row.quantity
    sheet = contract_sheet(tender, on=date.max, known_at=at)
    for one in sheet.lots:
        assert sum(line.delta for line in one.lines) == one.quantity == one.asked == by_lot[one.lot.pk]
        assert owed_by(one.lot, on=date.max, known_at=at) == one.quantity
    assert sheet.total == sum(by_lot.values())
    shown = {row.lot.pk: row.hours for row in map(lot_row, lots_shown(cast.buyer, tender))}
    assert {lot: shown[lot] for lot in by_lot} == by_lot


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_to_a_contract_its_history_holds(seed: int, tender: Tender, cast: Cast) -> None:
    chance = Random(seed)
    at = noon(NOTIFIED + timedelta(days=20))
    told: list[tuple[Lot, date, datetime, Decimal]] = []
    done = 0
    for _ in range(STEPS):
        at += timedelta(days=chance.randint(5, 40))
        happen = drawn(chance, tender, cast, at)
        with suppress(Refused):
            happen()
            done += 1
        check(tender, cast, at)
        told += [
            (lot, day, at, owed_by(lot, on=day, known_at=at))
            for lot in tender.lots.all()
            for day in (NOTIFIED, at.date(), date.max)
        ]
    at += timedelta(days=1)
    ended = Tender.objects.get(pk=tender.pk)
    with suppress(Refused):
        life.terminate(tender=ended, last_on=at.date(), reason="Liquidation.", by=cast.buyer, at=at)
    check(tender, cast, at)
    assert done >= 3
    for lot, day, then, quantity in told:
        assert owed_by(lot, on=day, known_at=then) == quantity
