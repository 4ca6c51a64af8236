"""The coordination's dashboard: figures of the network, and nobody's name."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beneficiaries.placements.choices import Modality, RequestKind
from beneficiaries.placements.models import JobRequest
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Role
from inclusiv.core.periods import PARIS
from inclusiv.demo.make import accounts, beneficiaries
from inclusiv.demo.make.clauses import noon
from reporting.figures.rules import known_months
from reporting.figures.selectors.annual import Perimeter
from reporting.figures.selectors.structures import by_structure, years_known
from tests.conftest import ActingClient, Cast
from tests.reporting.made import School, school, validated

pytestmark = pytest.mark.django_db

URL = "/tableau-de-bord/"
NOW = datetime(2025, 10, 29, 10, tzinfo=PARIS)
YEAR = Perimeter(year=2025, department="91", cut_off=NOW)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    """Stand on 29 October 2025."""
    with time_machine.travel(NOW, tick=False):
        yield


def page(browser: ActingClient, cast: Cast, **query: str) -> str:
    answer = browser.acting(cast.coordinator).get(URL, query)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def test_coordination_reads_the_year_and_no_name(cast: Cast, browser: ActingClient) -> None:
    school(cast, until=9)
    text = page(browser, cast)
    for told in (
        "<b>1 505 h</b>",
        "<b>6</b>",
        "<b>1</b><span>marché en cours",
        "<b>67 %</b>",
        "2 260 h prévues",
    ):
        assert told in text
    assert "Moins de 20 personnes : leur situation n’est pas détaillée." in text
    assert "au RSA" not in text
    assert "Essai" not in text


def test_people_are_described_from_twenty_on(cast: Cast, browser: ActingClient) -> None:
    made = school(cast, until=9)
    for number in range(14):
        somebody(cast, made, number)
    text = page(browser, cast)
    assert "<b>20</b><span>personnes à l’emploi" in text
    assert "<b>75 %</b><span>au RSA</span><small>15 personnes</small>" in text
    assert "<span>de femmes</span>" in text
    assert "Moins de 20 personnes" not in text


def somebody(cast: Cast, made: School, number: int) -> None:
    """Put to work an RSA recipient, one hour in May, for a declarant of its own."""
    employer = accounts.organisation(name=f"Structure {number}", number=100 + number, roles=(Role.EMPLOYER,))
    dossier = beneficiaries.dossier(cast.structure, first_name=f"Personne {number}")
    check = beneficiaries.validated_check(dossier, reference_date=date(2025, 5, 1))
    validated(beneficiaries.placement(made.lot_1, check, employer=employer), date(2025, 5, 1), "1")


def test_year_and_structure_are_in_the_address(cast: Cast, browser: ActingClient) -> None:
    school(cast, until=9)
    assert "<b>0 h</b>" in page(browser, cast, structure=str(cast.other_structure.pk))
    assert "<b>1 505 h</b>" in page(browser, cast, annee="2025", structure=str(cast.structure.pk))
    text = page(browser, cast, annee="1999", structure="0")
    assert text.count("ce choix n’existe pas, il est ignoré") == 2
    assert "<b>1 505 h</b>" in text


def test_last_year_stands_beside(cast: Cast, browser: ActingClient) -> None:
    school(cast, until=9)
    with time_machine.travel(datetime(2026, 2, 2, 10, tzinfo=PARIS), tick=False):
        text = page(browser, cast)
        assert "6 en 2025, année entière" in text
        assert "aucun mois de 2026 n’est encore à valider" in text
        assert list(years_known("91", on=date(2026, 2, 2))) == [2026, 2025]


def test_running_year_is_compared_month_for_month(cast: Cast, browser: ActingClient) -> None:
    school(cast, until=9)
    text = page(browser, cast)
    assert "2025, au 29 octobre 2025" in text
    assert "les heures sont attendues validées jusqu’à septembre 2025" in text
    assert ">—<" in text  # October, that nobody has validated
    with time_machine.travel(datetime(2026, 5, 29, 10, tzinfo=PARIS), tick=False):
        text = page(browser, cast)
    assert "de janvier à avril : 0 h, contre 133 h en 2025" in text
    assert "1 505 h en 2025" not in text


def test_settled_year_is_compared_whole(cast: Cast, browser: ActingClient) -> None:
    school(cast, until=9)
    with time_machine.travel(datetime(2027, 1, 29, 10, tzinfo=PARIS), tick=False):
        text = page(browser, cast, annee="2026")
    assert "1 505 h en 2025" in text
    assert "Année en cours" not in text


@pytest.mark.parametrize(
    ("judged_on", "known"),
    [(date(2025, 9, 30), 9), (date(2024, 12, 31), 0), (date(2025, 12, 31), 12), (date(2026, 1, 31), 12)],
)
def test_months_are_known_up_to_the_last_that_is_judged(judged_on: date, known: int) -> None:
    assert known_months(2025, judged_on=judged_on) == known


def test_structure_leads_to_its_lots(cast: Cast, browser: ActingClient) -> None:
    school(cast, until=9)
    text = page(browser, cast)
    for structure in (cast.structure, cast.other_structure):
        assert f'href="/marches/?structure={structure.pk}"' in text

    def lots(structure: Organisation) -> str:
        return browser.get("/marches/", {"structure": str(structure.pk)}).content.decode()

    assert "École Jean-Moulin" in lots(cast.structure)
    assert "École Jean-Moulin" not in lots(cast.other_structure)


@pytest.mark.parametrize("who", ["buyer", "facilitator", "contractor", "employer", "prescriber", "signatory"])
def test_dashboard_is_for_the_coordination(cast: Cast, browser: ActingClient, who: str) -> None:
    assert browser.acting(cast.everyone()[who]).get(URL).status_code == 403


def test_dashboard_is_only_read(cast: Cast, browser: ActingClient) -> None:
    assert browser.acting(cast.coordinator).post(URL).status_code == 405


def test_structures_are_told_with_what_is_late(cast: Cast) -> None:
    made = school(cast, until=8)
    ask(made, cast, on=date(2025, 10, 1), due_on=date(2025, 10, 15))
    ask(made, cast, on=date(2025, 10, 20), due_on=date(2025, 11, 3))
    waiting = beneficiaries.submitted_check(
        beneficiaries.dossier(cast.other_structure), reference_date=date(2025, 10, 20)
    )
    assert waiting.due_on < NOW.date()
    north, south = by_structure(YEAR, on=NOW.date())
    assert (north.name, north.owed, north.validated) == ("PLIE Nord", Decimal("2260.00"), Decimal("1015.00"))
    # September of the two contractors, the ETTI and the ACI; August of the two last.
    assert (north.late_statements, north.late_requests, north.late_checks) == (6, 1, 0)
    assert (south.name, south.rate_text) == ("PLIE Sud", "—")
    assert (south.late_statements, south.late_requests, south.late_checks) == (0, 0, 1)


def test_structure_where_most_is_late_comes_first(cast: Cast) -> None:
    for number in range(2):
        dossier = beneficiaries.dossier(cast.other_structure, first_name=f"Personne {number}")
        beneficiaries.submitted_check(dossier, reference_date=date(2025, 10, 20))
    assert [(one.name, one.late) for one in by_structure(YEAR, on=NOW.date())] == [
        ("PLIE Sud", 2),
        ("PLIE Nord", 0),
    ]


def ask(made: School, cast: Cast, *, on: date, due_on: date) -> None:
    """Ask for somebody on lot 1."""
    JobRequest.objects.create(
        award=made.lot_1,
        company=cast.builder,
        kind=RequestKind.SEARCH,
        post="Manœuvre",
        weekly_hours=Decimal(35),
        starts_on=date(2025, 11, 3),
        modality=Modality.DIRECT_HIRE_CDD,
        asked_at=noon(on),
        asked_by="Bâti-Sud",
        due_on=due_on,
        updated_at=noon(on),
    )


def test_structures_cost_the_same_queries_whatever_their_number(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            by_structure(YEAR, on=NOW.date())
        return len(captured)

    school(cast, until=4)
    before = queries()
    for number in range(10):
        accounts.organisation(name=f"PLIE {number}", number=50 + number, roles=(Role.FACILITATOR,))
    assert len(by_structure(YEAR, on=NOW.date())) == 12
    assert queries() == before
