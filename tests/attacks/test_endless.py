"""Acts without end of who buys or holds a lot: letters, rows, jobs and requests that keep the server busy.

Elsewhere: attempts, letters pressed one by one, one line of a text, lots of a contract (test_throttling.py).
"""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from clauses.decp.actions import readings
from clauses.decp.models import FileLine, SpottedContract
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import AdviceRequest, Award, Lot, PlanLine, Tender, Tranche
from clauses.texts.actions import texts
from clauses.texts.choices import TextKind
from clauses.texts.models import TextModel
from clauses.texts.views.pieces import PACK_MAX_LOTS
from inclusiv.accounts.models import Organisation, Territory, TerritoryAssignment
from inclusiv.core import drawing
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from inclusiv.records.actions import jobs
from inclusiv.records.choices import JobState
from inclusiv.records.models import Exchange, Job, OutgoingEmail, reference
from inclusiv.settings import base
from tests.attacks.conftest import Attacker
from tests.attacks.test_unseen import DAYS, sized
from tests.clauses.decp.samples import contract, file_of
from tests.world import NOW, World


def test_to_write_to_anybody_by_one_notification_to_companies_of_one_s_own(
    world: World, browser: Attacker
) -> None:
    """Each lot is told held by another SIRET, all reached at one address: one press was as many letters as lots."""
    tender = world.own.draft
    Tender.objects.filter(pk=tender.pk).update(
        status=TenderStatus.EVALUATION, offers_due_on=None, consultation_launched_on=None
    )
    Lot.objects.bulk_create(
        Lot(tender=tender, number=number, title="x", sector="PAINTING") for number in range(2, 6)
    )
    form = DAYS | {"submission": str(uuid4())}
    for rank, lot in enumerate(tender.lots.select_related("tender")):
        sized(lot, 100, world=world)
        form |= {f"siret_{lot.pk}": accounts.siret(900 + rank), f"name_{lot.pk}": f"N{rank}"}
        form |= {f"awarded_on_{lot.pk}": "2025-10-01", f"contact_{lot.pk}": "V"}
        form |= {f"email_{lot.pk}": "v@victim.example"}
    OutgoingEmail.objects.all().delete()
    browser.acting(world.cast.buyer).post(reverse("obligations:award-answer", args=[tender.pk]), form)
    assert Tender.objects.get(pk=tender.pk).is_bound
    assert OutgoingEmail.objects.filter(recipient="v@victim.example").count() == 1


@pytest.mark.parametrize("name", ["notify", "award-answer"])
def test_to_write_to_anybody_by_notifying_without_end(world: World, browser: Attacker, name: str) -> None:
    """A tender registered, given and notified is a letter: notifications are counted as the others."""
    lot = Lot.objects.select_related("tender").get(tender=world.own.draft)
    sized(lot, 100, world=world)
    Tender.objects.filter(pk=lot.tender_id).update(status=TenderStatus.AWARDED, awarded_on=NOW.date())
    make.award(lot, (world.own.contractor, Decimal(1)))
    address = reverse(f"obligations:{name}", args=[lot.tender_id])
    browser.acting(world.cast.buyer)
    too_soon = DAYS | {"notified_on": "2024-01-01"}
    forms = (too_soon | {"submission": str(uuid4())} for _ in range(35))
    assert [browser.post(address, form).status_code for form in forms].count(429) == 5


def test_to_keep_everybody_waiting_by_copies_without_end(world: World, browser: Attacker) -> None:
    """A copy of 147 lots takes two seconds, and the next one waits for it in a thread of the server."""
    tender = world.own.draft
    before = Tender.objects.count()
    address = reverse("obligations:copy", args=[tender.pk])
    browser.acting(world.cast.buyer)
    forms = ({"submission": str(uuid4()), "years": "1", "reference": ""} for _ in range(8))
    assert [browser.post(address, form).status_code for form in forms] == [302] * 4 + [429] * 4
    assert Tender.objects.count() == before + 4


def test_to_keep_the_server_busy_by_copying_a_contract_of_a_thousand_tranches(
    world: World, browser: Attacker
) -> None:
    """Thirty for each of 150 lots took half a minute to copy: a contract has so many tranches, and no more."""
    lot = Lot.objects.select_related("tender").get(tender=world.own.draft)
    sized(lot, 100, world=world)
    Tranche.objects.bulk_create(
        Tranche(lot=lot, number=number, hours=Decimal(1)) for number in range(100, 250)
    )
    form = {"submission": str(uuid4()), "number": "1", "hours": "10"}
    address = reverse("obligations:add-tranche", args=[lot.pk])
    answer = browser.acting(world.cast.buyer).post(address, form)
    assert answer.status_code == 422
    assert "le plus qu’il puisse" in answer.said


def test_to_fill_the_database_with_purchase_plans(world: World, browser: Attacker) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Objet", "Nature"], *([f"Achat {number}", "Services"] for number in range(2000))):
        sheet.append(row)
    written = BytesIO()
    book.save(written)
    browser.acting(world.cast.buyer)
    for _ in range(12):
        file = SimpleUploadedFile("p.xlsx", written.getvalue())
        form = {"submission": str(uuid4()), "year": "2027", "file": file}
        answer = browser.post(reverse("procurement:plan-upload"), form)
    assert answer.status_code == 422
    assert PlanLine.objects.filter(plan__buyer=world.own.buyer).count() <= 20_002


def test_to_keep_the_workers_busy_by_giving_files_without_end(world: World, browser: Attacker) -> None:
    """They are read one at a time: those of everybody else would wait behind."""
    known = Job.objects.count()
    browser.acting(world.cast.buyer)
    for _ in range(6):
        file = SimpleUploadedFile("a.json", file_of(contract()))
        answer = browser.post(reverse("decp:read"), {"submission": str(uuid4()), "file": file})
    assert answer.status_code == 422
    assert Job.objects.count() <= known + 3


def test_to_fill_the_network_with_companies_by_declaring_subcontractors(
    world: World, browser: Attacker
) -> None:
    """Each one is a row among the organisations, a line of the story and of what the buyer has to do."""
    known = Organisation.objects.count()
    address = reverse("procurement:subcontract-declare", args=[world.own.award.pk])
    told = {"name": "Z", "work": "x", "amount": "1", "starts_on": "2025-10-20"}
    browser.acting(world.cast.contractor)
    for rank in range(30):
        browser.post(address, told | {"siret": accounts.siret(900 + rank), "submission": str(uuid4())})
    assert Organisation.objects.count() <= known + 20


def test_to_have_every_piece_read_versions_written_without_end(world: World) -> None:
    """Two thousand of them weighed forty megabytes on the page of the texts of any tender of the département."""
    by = world.cast.coordinator
    shipped = TextModel.objects.filter(kind=TextKind.CCAP, department="")[0]

    def written(number: int) -> None:
        body = f"{shipped.body} Version {number}."
        seen = TextModel.objects.filter(kind=TextKind.CCAP).order_by("-version")[0].version
        texts.write(kind=TextKind.CCAP, body=body, valid_from=NOW.date(), seen=seen, by=by, at=NOW)

    for number in range(texts.MOST_A_DAY):
        written(number)
    with pytest.raises(Refused):
        written(texts.MOST_A_DAY)


DRAWN = {
    "texts:download": ["toutes-les-pieces", "pdf"],
    "texts:note": [],
    "obligations:kick-off-minutes": [],
}
"""The documents drawn while somebody waits for them, and what follows the tender in their address."""


def of_own(world: World, name: str) -> str:
    """Return the address of a document of one's own tender."""
    tender = world.own.tender
    return reverse(name, args=[tender.pk, *DRAWN[name]])


def test_to_keep_the_server_busy_by_documents_drawn_without_end(world: World, browser: Attacker) -> None:
    """Counted by person, whatever they are: the rest of the minute goes to the pages of everybody."""
    contact = reverse("texts:download", args=[world.own.tender.pk, "fiche-contact", "docx"])
    browser.acting(world.cast.buyer)
    assert [browser.get(contact).status_code for _ in range(21)] == [200] * 20 + [429]
    assert {browser.get(of_own(world, name)).status_code for name in DRAWN} == {429}
    assert browser.acting(world.cast.facilitator).get(contact).status_code == 200


@pytest.mark.parametrize("name", DRAWN)
def test_to_make_everybody_wait_by_documents_drawn_together(
    world: World, browser: Attacker, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Ten asked at once kept every page waiting half a minute: one is drawn, one waits, the others are told to come back."""
    monkeypatch.setattr(drawing, "PATIENCE", 0)
    browser.acting(world.cast.buyer)
    for full in (drawing.DRAWN_AT_ONCE, drawing.ASKED_AT_ONCE):
        with held(full):
            answer = browser.get(of_own(world, name))
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "60"
        assert "l’un après l’autre" in answer.said
    assert browser.get(of_own(world, name)).status_code == 200


@contextmanager
def held(places: BoundedSemaphore) -> Iterator[None]:
    """Take all the places that there are, as others would."""
    taken = 0
    while places.acquire(blocking=False):
        taken += 1
    try:
        yield
    finally:
        places.release(taken)


def test_an_answer_that_cannot_draw_its_note_writes_nothing_and_says_so(
    world: World, browser: Attacker
) -> None:
    """The opportunity note goes with it: what was typed stays, to be sent again."""
    asked = world.own.advice
    address = reverse("procurement:advice", args=[asked.pk])
    form = browser.acting(world.cast.facilitator).get(address).context["form"]
    told = {name: form[name].value() or "" for name in form.fields}
    told |= {"opinion": "POSSIBLE", "answer": "Une clause est possible.", "submission": str(uuid4())}
    with held(drawing.ASKED_AT_ONCE):
        answer = browser.post(address, told)
    assert (answer.status_code, "Trop de documents" in answer.said) == (422, True)
    assert "Une clause est possible." in answer.said
    assert browser.post(address, told).status_code == 302


def test_to_have_all_the_pieces_of_a_contract_of_many_lots_drawn_as_one(
    world: World, browser: Attacker
) -> None:
    """More than two seconds of the server: refused in words, on the page that gives them one by one, or in Word."""
    tender = world.own.draft
    Lot.objects.bulk_create(
        Lot(tender=tender, number=number, title="x", sector="PAINTING")
        for number in range(2, PACK_MAX_LOTS + 2)
    )
    *most, last = tender.lots.select_related("tender").order_by("number")
    for lot in most:
        sized(lot, 100, world=world)
    page = reverse("texts:pieces", args=[tender.pk])
    pack = reverse("texts:download", args=[tender.pk, "toutes-les-pieces", "pdf"])
    browser.acting(world.cast.buyer)
    assert pack in browser.get(page).said
    assert browser.get(pack).headers["Content-Type"] == "application/pdf"
    sized(last, 100, world=world)
    answer = browser.get(pack, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert pack not in answer.said
    assert answer.said.count(f"Au-delà de {PACK_MAX_LOTS} lots") == 2, "as a message, and on the page"
    assert browser.get(pack.replace(".pdf", ".docx")).status_code == 200


def test_to_fill_the_network_with_companies_by_telling_contractors_and_taking_them_back(
    world: World, browser: Attacker
) -> None:
    lot = Lot.objects.get(tender=world.own.draft)
    Tender.objects.filter(pk=lot.tender_id).update(
        status=TenderStatus.PUBLISHED, consultation_launched_on=None, offers_due_on=None
    )
    known = Organisation.objects.count()
    browser.acting(world.cast.buyer)
    answers = []
    for turn in range(15):
        form = {"submission": str(uuid4()), "awarded_on": "2025-10-14", "amount": "", "group_type": "NONE"}
        form |= {"siret_1": accounts.siret(900 + turn), "name_1": f"Neuve {turn}", "share_1": "100"}
        answers.append(browser.post(reverse("procurement:award", args=[lot.pk]), form).status_code)
        held = Award.objects.filter(lot=lot).first()
        browser.post(reverse("procurement:award-withdraw", args=[lot.pk]), {"lu": held.pk if held else ""})
    assert answers == [302] * 10 + [429] * 5
    assert Organisation.objects.count() == known + 10


def test_to_drown_a_structure_in_questions_about_purchases(world: World, browser: Attacker) -> None:
    """Each one is to be answered within ten working days."""
    nord = Territory.objects.create(name="Nord", structure=world.own.structure)
    TerritoryAssignment.objects.create(territory=nord, commune_id="91228", starts_on=date(2020, 1, 1))
    known = AdviceRequest.objects.count()
    browser.acting(world.cast.buyer)
    told = {"question": "?", "nature": "WORKS", "starts_on": "2026-03-02", "months": "12", "place": "91228"}
    answers = []
    for rank in range(15):
        form = told | {"title": f"{uuid4().hex[:9]} {uuid4().hex[:9]}", "submission": str(uuid4())}
        form |= {"estimated_amount": str(100_000 + rank * 79_190)}
        answers.append(browser.post(reverse("procurement:ask-advice"), form).status_code)
    assert answers == [302] * 10 + [429] * 5
    assert AdviceRequest.objects.count() == known + 10


def test_to_bury_a_page_under_exchanges(world: World, browser: Attacker) -> None:
    known = Exchange.objects.count()
    browser.acting(world.cast.facilitator)
    address = f"{reverse('records:note-exchange')}?sujet={reference(world.own.tender)}"
    form = {"kind": "CALL", "happened_on": "2025-10-14", "text": "x"}
    answers = [browser.post(address, form | {"submission": str(uuid4())}).status_code for _ in range(15)]
    assert answers == [302] * 10 + [429] * 5
    assert Exchange.objects.count() == known + 10


def test_to_send_forms_by_a_machine(world: World, browser: Attacker, settings: Any) -> None:
    """Whatever the form: a person sends a few a minute, and what they read stays open to them."""
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    browser.acting(world.cast.buyer)
    address = reverse("procurement:ask-advice")
    answers = [browser.post(address, {"question": "?"}).status_code for _ in range(125)]
    assert answers == [422] * 120 + [429] * 5
    assert browser.get(address).status_code == 200


def test_to_send_forms_by_a_machine_without_an_account(world: World, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    answers = [Client().post(reverse("accounts:join"), {"name": "?"}).status_code for _ in range(125)]
    assert answers == [422] * 120 + [429] * 5


@pytest.mark.parametrize(
    ("who", "bound"), [("buyer", "MOST_LINES_A_DAY"), ("facilitator", "MOST_LINES_OF_ALL_BUYERS")]
)
def test_to_fill_the_database_with_contracts_by_a_file_of_some_kilobytes(
    world: World, browser: Attacker, monkeypatch: pytest.MonkeyPatch, who: str, bound: str
) -> None:
    """A compressed file of a megabyte holds two hundred thousand contracts, which everybody reads among theirs."""
    monkeypatch.setattr(readings, bound, 50)
    known = FileLine.objects.count(), SpottedContract.objects.count()
    states = []
    browser.acting(getattr(world.cast, who))
    for first in (0, 30):
        numbered = [
            contract(id=f"Z{rank}", acheteur={"id": str(world.own.buyer.siret)})
            for rank in range(first, first + 30)
        ]
        file = SimpleUploadedFile("a.json.gz", gzip.compress(file_of(*numbered)))
        browser.post(reverse("decp:read"), {"submission": str(uuid4()), "file": file})
        job = Job.objects.latest("pk")
        jobs.run(job_id=job.pk, clock=lambda: NOW)
        job.refresh_from_db()
        states.append((job.state, "50 au plus" in job.error))
    assert states == [(JobState.DONE, False), (JobState.FAILED, True)]
    assert (FileLine.objects.count(), SpottedContract.objects.count()) == (known[0] + 30, known[1] + 30)
