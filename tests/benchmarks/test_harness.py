"""The harness of `make bench`: verdicts, lines, exit codes, and the names that one may give."""

import gc
import os
import re
import subprocess
import sys
import time
from datetime import datetime

import pytest
from django.conf import settings
from django.db import connection

from benchmarks import command
from benchmarks.clocks import elapsed, outside_sql
from benchmarks.entries import MEASURES
from benchmarks.ground import DATABASE, Ground
from benchmarks.measures import DifferentThings, Measure, Sides, Verdict, best_of, take
from inclusiv.core.periods import PARIS
from inclusiv.core.refusals import Refused

GROUND = Ground(at=datetime(2026, 7, 15, 10, tzinfo=PARIS))


def as_told(run: object) -> float:
    """Take what a side returns for the seconds that it took."""
    return float(run())  # type: ignore[operator]  # the sides below return seconds


def measure(name: str = "page", *, ours: float = 3.0, theirs: float = 2.0, limit: float = 1.5) -> Measure:
    """Return a measure whose sides take so many seconds, without taking them."""
    return Measure(
        name=name,
        limit=limit,
        subject="a page",
        reference="its template",
        sides=lambda _ground: Sides(subject=lambda: ours, reference=lambda: theirs, told=lambda _: "same"),
        clock=as_told,
    )


@pytest.mark.parametrize(
    ("ratio", "line"),
    [
        (1.2, "page 1.20 1.50 ok (a page by its template)"),
        (1.504, "page 1.50 1.50 ok (a page by its template)"),
        (1.506, "page 1.51 1.50 over (a page by its template)"),
    ],
)
def test_line_says_what_its_verdict_is(ratio: float, line: str) -> None:
    verdict = Verdict(measure=measure(), ratio=ratio)
    assert verdict.line == line
    assert verdict.is_over is (" over " in line)


def test_ratio_is_that_of_the_best_times() -> None:
    times = {"ours": iter([9.0, 6.0, 3.0, 8.0]), "theirs": iter([9.0, 2.0, 4.0, 5.0])}
    taken = Measure(
        name="page",
        limit=2.0,
        subject="a page",
        reference="its template",
        sides=lambda _ground: Sides(
            subject=lambda: next(times["ours"]), reference=lambda: next(times["theirs"]), told=lambda _: ""
        ),
        clock=as_told,
    )
    assert take(taken, GROUND, rounds=3, seconds=0).ratio == 1.5  # the first run of each side is not timed


def test_sides_run_in_turn_without_the_collector() -> None:
    ran: list[str] = []

    def run(name: str) -> None:
        assert not gc.isenabled()
        ran.append(name)

    best_of(lambda: run("ours"), lambda: run("theirs"), clock=elapsed, rounds=2, seconds=0)
    assert ran == ["ours", "theirs", "ours", "theirs"]
    assert gc.isenabled()


def test_short_measures_run_more_rounds() -> None:
    ran: list[float] = []
    best_of(lambda: ran.append(0), clock=elapsed, rounds=1, seconds=0.5)
    assert len(ran) > 1


def test_sides_that_differ_are_refused_where_they_part() -> None:
    differing = Measure(
        name="page",
        limit=1.0,
        subject="a page",
        reference="its template",
        sides=lambda _ground: Sides(subject=lambda: "12 lots", reference=lambda: "13 lots"),
    )
    with pytest.raises(DifferentThings, match="« '12 lots' », « '13 lots' »"):
        take(differing, GROUND)
    assert command.take_all([differing], GROUND) == 1


@pytest.mark.parametrize(("limits", "code"), [((1.5, 2.0), 0), ((1.4, 2.0), 1), ((2.0, 1.4), 1)])
def test_one_measure_over_its_limit_is_enough_to_fail(
    limits: tuple[float, ...], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.take_all([measure(limit=limit) for limit in limits], GROUND, seconds=0) == code
    assert len(capsys.readouterr().out.splitlines()) == len(limits)


def test_measure_that_cannot_be_taken_says_why_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    def nothing(_ground: Ground) -> Sides[None]:
        raise Refused("no_hours", "Aucune heure n’est validée.")

    empty = Measure(name="report", limit=1.0, subject="a report", reference="another", sides=nothing)
    assert command.take_all([empty, measure()], GROUND, seconds=0) == 1
    said = capsys.readouterr()
    assert said.err == "report : Aucune heure n’est validée.\n"
    assert said.out.startswith("page ")


NAMES = [measure("ledger-verify"), measure("ledger-seal"), measure("list-page")]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ([], ["ledger-verify", "ledger-seal", "list-page"]),
        (["ledger"], ["ledger-verify", "ledger-seal"]),
        (["page", "verify"], ["ledger-verify", "list-page"]),
    ],
)
def test_names_choose_measures_in_their_own_order(asked: list[str], found: list[str]) -> None:
    assert [one.name for one in command.named(asked, among=NAMES)] == found


def test_list_names_the_measures_and_takes_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["ledger", "--list"], measures=NAMES) == 0
    assert capsys.readouterr().out == (
        "ledger-verify 1.50 (a page by its template)\nledger-seal 1.50 (a page by its template)\n"
    )


def test_unknown_name_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["lodger"], measures=NAMES) == 2
    said = "Aucune mesure ne s’appelle « lodger » : il y a ledger-verify, ledger-seal, list-page.\n"
    assert capsys.readouterr().err == said


def test_each_measure_has_its_own_name() -> None:
    assert len({one.name for one in MEASURES}) == len(MEASURES) > 0


@pytest.mark.django_db
def test_clock_outside_sql_leaves_the_database_out() -> None:
    def run() -> None:
        time.sleep(0.05)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(1)")

    assert 0.05 <= outside_sql(run) < 1


@pytest.mark.django_db
def test_command_measures_in_a_base_of_its_own_and_drops_it() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "ledger-verify", "--entries", "200"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "inclusiv.settings.test"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    line = re.fullmatch(r"ledger-verify \d+\.\d\d 2\.50 (ok|over) \(.+ by .+\)\n", done.stdout)
    assert line, done.stderr
    assert done.returncode == (1 if line[1] == "over" else 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [DATABASE])
        assert cursor.fetchone() == (0,)
