"""The pages of the follow-up: who opens them, what they tell, what they never tell."""

from collections.abc import Iterator
from contextlib import closing
from csv import DictReader
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from re import findall
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clauses.procurement.models import Lot
from inclusiv.core.actors import Actor
from inclusiv.core.periods import PARIS
from inclusiv.core.providers import Todo, TodoGroup, todo_providers
from inclusiv.core.queues import Queue
from inclusiv.demo.make import beneficiaries, clauses
from inclusiv.records.models import AccessLog
from reporting.followup.choices import Standing
from reporting.followup.selectors.standings import today, with_standing
from reporting.followup.views.lot_panels import Pace
from tests.conftest import ActingClient, Cast
from tests.reporting.made import School, declared, school

pytestmark = pytest.mark.django_db

LIST = "/marches/"
OWN = "/mes-lots/"


@pytest.fixture(autouse=True)
def on_29_october() -> Iterator[None]:
    """Stand on the day from which September is judged."""
    with time_machine.travel(datetime(2025, 10, 29, 10, tzinfo=PARIS), tick=False):
        yield


@pytest.fixture
def made(cast: Cast) -> School:
    """The school with its hours until September."""
    return school(cast, until=9)


def page(browser: ActingClient, actor: Actor, url: str, **query: str) -> str:
    answer = browser.acting(actor).get(url, query)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.usefixtures("made")
def test_buyer_reads_where_its_lots_stand(cast: Cast, browser: ActingClient) -> None:
    text = page(browser, cast.buyer, LIST)
    assert "<h1>Mes marchés</h1>" in text
    for told in ("École Jean-Moulin, lot 1", "2025-014 · Gros œuvre", "1 890 h", "1 302 h", "Dans les temps"):
        assert told in text
    assert "À ce rythme : 266 h le 28/11, il manquera 104 h" in text
    assert text.index("Retard à rattraper</span>") < text.index("Dans les temps</span>")
    assert (
        "dans les 12 mois</a> · <b>1 505 h</b> réalisées sur 2 260 (67 %) · <b>6 personnes</b> mises" in text
    )


def test_nobody_is_named_to_a_buyer(cast: Cast, browser: ActingClient, made: School) -> None:
    for url in (LIST, reverse("followup:tender", args=[made.tender.pk])):
        text = page(browser, cast.buyer, url)
        for name in ("Un Essai", "Deux Essai", "Essai"):
            assert name not in text


def test_tender_is_told_lot_by_lot(cast: Cast, browser: ActingClient, made: School) -> None:
    declared(made.placements["P1"], date(2025, 10, 1), "126")
    text = page(browser, cast.buyer, reverse("followup:tender", args=[made.tender.pk]))
    assert "Il reste <b>588 h</b> à réaliser avant le 28 novembre 2025" in text
    assert "1 302 h</b> validées (69 %)" in text
    assert "126 h</b> à contrôler" in text
    assert "1 302 h validées" in text  # at the end of the drawn line
    code = made.placements["P1"].code
    assert f"{code[:4]} {code[4:8]} {code[8:]}" in text


def test_first_page_of_a_tender_brings_in_where_it_stands(
    cast: Cast, browser: ActingClient, made: School
) -> None:
    url = reverse("followup:pace", args=[made.tender.pk])
    for actor in (cast.buyer, cast.facilitator, cast.coordinator):
        assert f'hx-get="{url}"' in page(browser, actor, reverse("procurement:tender", args=[made.tender.pk]))
        answer = browser.acting(actor).get(url, headers={"HX-Request": "true"})
        text = answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")
        for told in ("Lot 1, Gros œuvre", "1 302 h sur 1 890 h", "Retard à rattraper", "rattraper le retard"):
            assert told in text
        assert "<html" not in text
        assert browser.get(url).headers["Location"] == reverse("followup:tender", args=[made.tender.pk])
    for stranger in (cast.other_buyer, cast.other_facilitator):
        assert browser.acting(stranger).get(url).status_code == 404
    assert browser.acting(cast.contractor).get(url).status_code == 403


def test_pace_says_who_acts_next(cast: Cast, made: School) -> None:
    """The company catches up, the facilitator checks, the buyer decides; nobody when nothing waits."""
    day = today(date(2025, 10, 29))

    def acts(**changed: Any) -> tuple[str, str]:
        row = with_standing(Lot.objects.filter(tender=made.tender), actor=cast.facilitator, day=day).get(
            number=2
        )
        for name, value in changed.items():
            setattr(row, name, value)
        return Pace(row=row, day=day).next_actor

    assert acts() == ("Couleurs du Val", "rattraper le retard")
    assert acts(standing=Standing.TO_DECIDE) == (cast.commune.name, "décider de l’issue")
    checks = acts(standing=Standing.ON_TRACK, pending=Decimal(126))
    assert checks[1] == "contrôler 126\u00a0h"
    assert acts(standing=Standing.ON_TRACK, pending=None) == ("", "")


def test_pace_costs_the_same_queries_whatever_the_lots(cast: Cast, browser: ActingClient) -> None:
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure, reference="2025-050")
    browser.acting(cast.buyer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(f"/marches/{tender.pk}/avancement/", headers={"HX-Request": "true"})
        return len(captured)

    clauses.lot(tender)
    before = queries()
    for number in range(2, 8):
        clauses.lot(tender, number=number)
    assert queries() == before


def test_tender_of_another_does_not_exist(cast: Cast, browser: ActingClient, made: School) -> None:
    for stranger in (cast.other_buyer, cast.other_facilitator):
        assert browser.acting(stranger).get(f"/marches/{made.tender.pk}/heures/").status_code == 404
        assert "École Jean-Moulin" not in page(browser, stranger, LIST)


@pytest.mark.parametrize("who", ["contractor", "employer", "prescriber", "signatory"])
def test_lists_of_tenders_are_refused_to_other_roles(cast: Cast, browser: ActingClient, who: str) -> None:
    visitor = browser.acting(cast.everyone()[who])
    assert visitor.get(LIST).status_code == 403
    assert visitor.get("/marches/1/heures/").status_code == (
        404 if who in {"contractor", "employer"} else 403
    )


def test_company_goes_from_a_tender_to_its_own_lots(cast: Cast, browser: ActingClient, made: School) -> None:
    answer = browser.acting(cast.contractor).get(f"/marches/{made.tender.pk}/heures/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{OWN}{made.lot_1.pk}/")


@pytest.mark.parametrize("who", ["buyer", "facilitator", "coordinator", "prescriber", "signatory"])
def test_own_lots_are_for_companies(cast: Cast, browser: ActingClient, who: str) -> None:
    visitor = browser.acting(cast.everyone()[who])
    assert visitor.get(OWN).status_code == 403
    assert visitor.get(f"{OWN}1/").status_code == 403


def test_pages_are_only_read(cast: Cast, browser: ActingClient) -> None:
    for actor, url in ((cast.buyer, LIST), (cast.contractor, OWN)):
        assert browser.acting(actor).post(url).status_code == 405
    assert browser.acting(cast.buyer).post("/marches/1/heures/").status_code == 405
    assert browser.acting(cast.contractor).post(f"{OWN}1/").status_code == 405


@pytest.mark.usefixtures("made")
def test_facilitator_and_coordination_read_whose_tender_it_is(cast: Cast, browser: ActingClient) -> None:
    clauses.lot(clauses.tender(buyer=cast.other_commune, structure=cast.structure, reference="2025-050"))
    for actor in (cast.facilitator, cast.coordinator):
        text = page(browser, actor, LIST)
        assert "<h1>Marchés</h1>" in text
        assert cast.other_commune.name in text
        assert "Consultation publiée</span>" in text
        assert "2025-014" not in page(browser, actor, LIST, acheteur=str(cast.other_commune.pk))
        assert "2025-050" not in page(browser, actor, LIST, mot="CATCH_UP")
        assert "2025-050" not in page(browser, actor, LIST, annee="2025")
        assert "2025-014" not in page(browser, actor, LIST, etape="PUBLISHED")
    assert "2025-050" not in page(browser, cast.buyer, LIST)


def test_tender_without_a_lot_is_not_lost(cast: Cast, browser: ActingClient) -> None:
    waiting = clauses.tender(buyer=cast.commune, structure=cast.structure, reference="2025-077")
    text = page(browser, cast.buyer, LIST)
    assert "On attend de vous (1)" in text
    assert f'href="{reverse("procurement:lots", args=[waiting.pk])}">Décrire les lots' in text
    assert "Aucun marché pour l’instant" in text
    text = page(browser, cast.facilitator, LIST)
    assert "1 marché sans lot" in text
    assert f'<a href="/marches/{waiting.pk}/">2025-077' in text


def test_many_tenders_without_a_lot_are_one_line(cast: Cast, browser: ActingClient) -> None:
    for number in range(7):
        clauses.tender(buyer=cast.commune, structure=cast.structure, reference=f"2025-{number:03}")
    text = page(browser, cast.coordinator, LIST)
    assert text.count("sans lot") == 1
    assert "7 marchés sans lot" in text


@pytest.mark.parametrize(
    ("day", "months", "shown"),
    [(date(2025, 10, 29), "3", True), (date(2025, 8, 1), "3", False), (date(2025, 12, 15), "12", False)],
)
@pytest.mark.usefixtures("made")
def test_contracts_that_end_soon_are_found(
    cast: Cast, browser: ActingClient, day: date, months: str, *, shown: bool
) -> None:
    """« Marchés à clause finissant dans 12 mois »: the execution ends on 28/11/2025; what is over is not to prepare."""
    with time_machine.travel(datetime(day.year, day.month, day.day, 10, tzinfo=PARIS), tick=False):
        assert ("2025-014" in page(browser, cast.buyer, LIST, fin=months)) is shown
        said = 'dont <a href="?fin=12">1 à clause se termine dans les 12 mois</a>'
        assert (said in page(browser, cast.buyer, LIST)) is (day <= date(2025, 11, 28))


@pytest.mark.usefixtures("made")
def test_filter_that_does_not_exist_is_told_and_ignored(cast: Cast, browser: ActingClient) -> None:
    text = page(browser, cast.buyer, LIST, mot="PERDU", annee="1805", tri="couleur")
    assert "École Jean-Moulin" in text
    assert text.count("ignoré") == 3


@pytest.mark.usefixtures("made")
def test_search_sort_and_fragment_answer_the_list_alone(cast: Cast, browser: ActingClient) -> None:
    asked = browser.acting(cast.buyer).get(
        LIST, {"q": "ecole", "tri": "-validees"}, headers={"HX-Request": "true"}
    )
    text = asked.content.decode()
    assert "<h1>" not in text
    assert text.index("lot\xa01") < text.index("lot\xa02")
    assert "Aucun résultat" in page(browser, cast.buyer, LIST, q="introuvable")


@pytest.mark.usefixtures("made")
def test_every_column_sorts_both_ways(cast: Cast, browser: ActingClient) -> None:
    text = page(browser, cast.buyer, LIST)
    keys = set(findall(r'href="\?tri=([a-z-]+)"', text))
    assert len(keys) == 8
    for key in (*keys, *(f"-{key}" for key in keys)):
        assert "ignoré" not in page(browser, cast.buyer, LIST, tri=key)


@pytest.mark.usefixtures("made")
def test_export_holds_the_figures_and_is_remembered(cast: Cast, browser: ActingClient) -> None:
    answer = browser.acting(cast.buyer).get(LIST, {"export": "csv"})
    text = b"".join(answer).decode("utf-8-sig")
    told = {line["Lot"]: line for line in DictReader(StringIO(text), delimiter=";")}
    assert (told["1"]["Validées"], told["1"]["Avancement"]) == ("1302,00", "1443,96")
    assert (told["2"]["État"], told["1"]["Personnes en poste"]) == ("Retard à rattraper", "3")
    assert "Essai" not in text
    assert AccessLog.objects.get().action == "tenders.exported"
    with closing(browser.get(LIST, {"export": "xlsx"})) as sheet:
        assert sheet.headers["Content-Disposition"].endswith('"marches.xlsx"')


def test_buyer_reads_what_is_awaited_from_it(cast: Cast, browser: ActingClient) -> None:
    awaited = Todo(
        what="Indiquer le titulaire du lot 2",
        tender="École Jean-Moulin",
        since=date(2025, 9, 25),
        due=date(2025, 11, 3),
        url="/ailleurs/",
        button="Répondre",
    )

    def provide(queue: Queue) -> TodoGroup | None:
        if queue.actor != cast.buyer:
            return None
        return TodoGroup(rank=1, label="", total=3, oldest=None, hint="", url="/", todos=(awaited,))

    todo_providers.register(provide)
    try:
        text = page(browser, cast.buyer, LIST)
        others = page(browser, cast.other_buyer, LIST)
    finally:
        todo_providers._providers.pop(provide)
    assert "On attend de vous (3)" in text
    assert "attendu depuis 34 j · avant le 03/11" in text
    assert 'href="/ailleurs/"' in text
    assert "On attend de vous" not in others


@pytest.mark.parametrize(("count", "label"), [(5, ""), (6, "Voir l’autre"), (7, "Voir les 2 autres")])
def test_all_that_is_awaited_can_be_reached(
    cast: Cast, browser: ActingClient, count: int, label: str
) -> None:
    todos = tuple(
        Todo(what=f"Acte {place}", since=date(2025, 9, place), url=f"/acte/{place}/", button="Répondre")
        for place in range(1, count + 1)
    )

    def provide(queue: Queue) -> TodoGroup | None:
        return TodoGroup(rank=1, label="", total=count, oldest=None, hint="", url="/", todos=todos)

    todo_providers.register(provide)
    try:
        text = page(browser, cast.buyer, LIST)
    finally:
        todo_providers.unregister(provide)
    assert f"On attend de vous ({count})" in text
    places = [text.find(f'href="/acte/{place}/"') for place in range(1, count + 1)]
    assert -1 not in places
    assert places == sorted(places)
    folded = text.find("<summary>Voir l")
    assert (folded == -1) if not label else (label in text and places[4] < folded < places[5])


def test_contractor_reads_what_remains_on_a_lot(cast: Cast, browser: ActingClient, made: School) -> None:
    text = page(browser, cast.contractor, f"{OWN}{made.lot_1.pk}/")
    for told in ("Il reste <b>588 h</b>", "environ 4 personnes pendant 1 mois", "28 novembre 2025"):
        assert told in text
    assert "Déclarer les heures d’octobre" in text
    links = [
        reverse("hours:declare", args=[made.lot_1.pk, date(2025, 10, 1)]),
        reverse("placements:name", args=[made.lot_1.pk]),
        reverse("placements:ask", args=[made.lot_1.pk]),
        "#en-poste",
        reverse("placements:end", args=[made.placements["P2"].pk]),
    ]
    places = [text.find(f'href="{link}"') for link in links]
    assert -1 not in places
    assert places == sorted(places)
    assert "Votre part du groupement : 1 190 h validées sur 1 323 h" in text
    assert "Un Essai" in text
    assert "Deux Essai" in text  # seconded to it by the ETTI
    assert "Trois Essai" not in text  # employed by the other member of the group
    assert "01 69 00 00 01" in text
    assert "€" not in text


def test_inclusive_employer_reads_its_own_people_only(
    cast: Cast, browser: ActingClient, made: School
) -> None:
    browser.acting(cast.employer)
    assert browser.get(OWN).headers["Location"] == f"{OWN}{made.lot_1.pk}/"
    text = page(browser, cast.employer, f"{OWN}{made.lot_1.pk}/")
    assert "Deux Essai" in text
    assert "Un Essai" not in text


def test_lot_where_one_does_not_work_does_not_exist(cast: Cast, browser: ActingClient, made: School) -> None:
    assert browser.acting(cast.contractor).get(f"{OWN}{made.lot_2.pk}/").status_code == 404
    assert browser.acting(cast.employer).get(f"{OWN}{made.lot_2.pk}/").status_code == 404


def test_company_with_several_lots_reads_what_waits_first(
    cast: Cast, browser: ActingClient, made: School
) -> None:
    other = clauses.tender(buyer=cast.commune, structure=cast.structure, reference="2025-060")
    clauses.award(clauses.lot(other), (cast.builder, Decimal(1)))
    clauses.notify(other, notified_on=date(2025, 3, 10))
    text = page(browser, cast.contractor, OWN)
    assert text.index("Action nécessaire</span>") < text.index("Dans les temps</span>")
    assert "reste 588 h" in text
    assert "Déclarer" not in text  # September is sent, October is not over


def test_month_to_declare_is_named_with_its_day(cast: Cast, browser: ActingClient, made: School) -> None:
    other = clauses.tender(buyer=cast.commune, structure=cast.structure, reference="2025-060")
    clauses.award(clauses.lot(other), (cast.builder, Decimal(1)))
    for day, said in ((4, "avant le 12 novembre"), (14, "attendu depuis 2 jours")):
        with time_machine.travel(datetime(2025, 11, day, 10, tzinfo=PARIS), tick=False):
            text = page(browser, cast.contractor, OWN)
        assert "Déclarer les heures d’octobre" in text
        assert said in text
    assert f"{OWN}{made.lot_1.pk}/" in text


def test_lots_cost_the_same_queries_for_one_person_or_many(
    cast: Cast, browser: ActingClient, made: School
) -> None:
    browser.acting(cast.contractor)

    def queries(url: str) -> int:
        AccessLog.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url).status_code == 200
        return len(captured)

    url = f"{OWN}{made.lot_1.pk}/"
    queries(url)
    before = queries(url)
    for number in range(5):
        dossier = beneficiaries.dossier(cast.structure, first_name=f"Plus {number}")
        check = beneficiaries.validated_check(dossier, reference_date=date(2025, 9, 1))
        beneficiaries.placement(made.lot_1, check, employer=cast.builder)
    assert queries(url) == before
