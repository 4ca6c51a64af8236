"""« Demande d’avis » : nobody sizes alone (PRACTICE.md 1.7)."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clauses.obligations.actions import clauses
from clauses.obligations.selectors.sizing import sizing_ground
from clauses.procurement.actions import advice, lots, tenders
from clauses.procurement.choices import (
    AdviceAction,
    AdviceStatus,
    Opinion,
    Sector,
    TenderNature,
    TenderStatus,
)
from clauses.procurement.models import AdviceRequest, Lot, Tender
from clauses.procurement.rules.advice import ADVICE
from clauses.procurement.selectors import awaited
from clauses.procurement.selectors.advice import advice_asked, proposals_to_read
from inclusiv.accounts.models import Territory
from inclusiv.core.providers import TodoProvider
from inclusiv.core.queues import Queue
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import clauses as make
from inclusiv.demo.make.clauses import noon
from inclusiv.records.models import AuditEvent, OutgoingEmail
from inclusiv.reference.models import Commune
from tests.conftest import ActingClient, Cast
from tests.uploads import pdf

TODAY = date(2026, 11, 25)
NOW = noon(TODAY)
ADDRESS = "https://inclusiv.example/avis/1/"


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def asked(cast: Cast, territory: Territory) -> AdviceRequest:
    return advice.ask_new(
        buyer=cast.commune,
        title="Entretien des espaces verts",
        nature=TenderNature.SERVICES,
        estimated_amount=Decimal(400_000),
        starts_on=date(2027, 3, 1),
        ends_on=date(2029, 2, 28),
        consultation_launched_on=date(2027, 1, 4),
        place=Commune.objects.get(pk="91228"),
        question="Deux lots ou un seul ?",
        by=cast.buyer,
        at=NOW,
    )


def sized(asked: AdviceRequest, cast: Cast, *, hours: int = 700) -> Lot:
    lot = lots.add(
        tender=asked.tender,
        title="Tontes",
        sector=Sector.LANDSCAPE_MAINTENANCE,
        estimated_amount=Decimal(400_000),
        by=cast.facilitator,
        at=NOW,
    )
    ground = sizing_ground(lot, on=TODAY)
    clauses.put(lot=lot, inputs=ground.inputs, quantity=Decimal(hours), by=cast.facilitator, at=NOW)
    return lot


def proposed(asked: AdviceRequest, cast: Cast) -> AdviceRequest:
    return advice.propose(
        request=asked,
        opinion=Opinion.ADVISED,
        answer="Un seul lot.",
        address=ADDRESS,
        by=cast.facilitator,
        at=NOW,
    )


def test_five_facts_register_the_tender_and_ask(asked: AdviceRequest, cast: Cast) -> None:
    tender = asked.tender
    assert (tender.reference, tender.status) == ("AVIS-2026-001", TenderStatus.SIZING)
    assert tender.structure == cast.structure
    assert asked.due_on == date(2026, 12, 9), "ten working days"
    assert AuditEvent.objects.get(code="advice.asked").data["due_on"] == "09/12/2026"


def test_a_provisional_number_is_the_next_free_one(asked: AdviceRequest, cast: Cast) -> None:
    Tender.objects.filter(pk=asked.tender_id).update(reference="AVIS-2026-002")
    assert tenders.provisional_reference(cast.commune, kind="AVIS", year=2026) == "AVIS-2026-001"
    Tender.objects.filter(pk=asked.tender_id).update(reference="AVIS-2026-001")
    assert tenders.provisional_reference(cast.commune, kind="AVIS", year=2026) == "AVIS-2026-002"
    assert tenders.provisional_reference(cast.other_commune, kind="AVIS", year=2026) == "AVIS-2026-001"


def test_the_facilitator_sizes_then_proposes_and_who_asked_is_told(asked: AdviceRequest, cast: Cast) -> None:
    with pytest.raises(Refused, match="Calculez d’abord les heures"):
        proposed(asked, cast)
    sized(asked, cast)
    answered = proposed(asked, cast)
    assert answered.status == AdviceStatus.PROPOSED
    mail = OutgoingEmail.objects.get(subject__contains="la proposition est là")
    assert mail.recipient == asked.reply_to
    assert ADDRESS in mail.text


def test_who_answers_follows_the_tender_that_nobody_followed(asked: AdviceRequest, cast: Cast) -> None:
    sized(asked, cast)
    assert asked.tender.facilitator is None
    proposed(asked, cast)
    assert Tender.objects.get(pk=asked.tender_id).facilitator_id == cast.facilitator.user_id


def test_the_button_says_what_is_waited_for(asked: AdviceRequest, cast: Cast, browser: ActingClient) -> None:
    page = reverse("procurement:tender", args=[asked.tender_id])
    sized(asked, cast)
    assert "Répondre à la demande d’avis" in browser.acting(cast.facilitator).get(page).content.decode()
    assert "Voir la demande d’avis" in browser.acting(cast.buyer).get(page).content.decode()
    proposed(asked, cast)
    assert "Décider de la proposition" in browser.acting(cast.buyer).get(page).content.decode()


def test_a_clause_may_be_advised_against_without_a_calculation(asked: AdviceRequest, cast: Cast) -> None:
    answered = advice.propose(
        request=asked,
        opinion=Opinion.NOT_ADVISED,
        answer="Trop court.",
        address=ADDRESS,
        by=cast.facilitator,
        at=NOW,
    )
    assert answered.get_opinion_display() == "Clause déconseillée"


@pytest.mark.parametrize(
    ("action", "reason", "status", "tender_status"),
    [
        (AdviceAction.ACCEPT, "", AdviceStatus.ACCEPTED, TenderStatus.DRAFTED),
        (AdviceAction.ADJUST, "600 h.", AdviceStatus.ADJUSTED, TenderStatus.DRAFTED),
        (
            AdviceAction.DECLINE,
            "Le conseil a choisi un autre lot.",
            AdviceStatus.DECLINED,
            TenderStatus.SIZING,
        ),
    ],
)
def test_the_buyer_decides(
    action: AdviceAction, reason: str, status: str, tender_status: str, asked: AdviceRequest, cast: Cast
) -> None:
    sized(asked, cast)
    decided = advice.decide(
        request=proposed(asked, cast), action=action, reason=reason, by=cast.buyer, at=NOW
    )
    asked.tender.refresh_from_db()
    assert (decided.status, asked.tender.status, decided.reason) == (status, tender_status, reason)


def test_a_proposal_is_not_set_aside_without_a_word(asked: AdviceRequest, cast: Cast) -> None:
    sized(asked, cast)
    with pytest.raises(Refused, match="Dites pourquoi") as refusal:
        advice.decide(request=proposed(asked, cast), action=AdviceAction.DECLINE, by=cast.buyer, at=NOW)
    assert refusal.value.field == "reason"


@pytest.mark.parametrize(("status", "action"), list(product(AdviceStatus, AdviceAction)))
def test_every_state_and_action_against_the_table(
    status: AdviceStatus, action: AdviceAction, asked: AdviceRequest, cast: Cast
) -> None:
    stamps = {"answered_at": NOW, "answered_by": "Nadia", "opinion": Opinion.POSSIBLE}
    AdviceRequest.objects.filter(pk=asked.pk).update(status=status, **stamps)
    sized(asked, cast)

    def act() -> None:
        if action is AdviceAction.PROPOSE:
            proposed(asked, cast)
        else:
            advice.decide(request=asked, action=action, reason="Non.", by=cast.buyer, at=NOW)

    if status in ADVICE[action].sources:
        act()
        expected = ADVICE[action].target
    else:
        with pytest.raises(Refused, match="rechargez la page"):
            act()
        expected = status
    asked.refresh_from_db()
    assert asked.status == expected


def test_one_answer_is_waited_for_at_a_time(asked: AdviceRequest, cast: Cast) -> None:
    with pytest.raises(Refused, match="Un avis est déjà demandé"):
        advice.ask(tender=asked.tender, by=cast.buyer, at=NOW)


def test_it_is_too_late_once_notified(cast: Cast) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    make.award(make.lot(tender), (cast.builder, Decimal(1)))
    make.notify(tender, notified_on=date(2025, 3, 10))
    with pytest.raises(Refused, match="notifié"):
        advice.ask(tender=tender, by=cast.buyer, at=NOW)


def test_a_buyer_who_asked_is_not_asked_for_the_lots_nor_for_their_hours(
    asked: AdviceRequest, cast: Cast
) -> None:
    def awaits() -> list[int]:
        providers = (awaited.lots_to_describe, awaited.hours_to_compute)
        groups = [provide(Queue(actor=cast.buyer, on=TODAY)) for provide in providers]
        return [group.total for group in groups if group]

    assert awaits() == [0, 0]
    lot = lots.add(
        tender=asked.tender, title="Tontes", sector=Sector.LANDSCAPE_MAINTENANCE, by=cast.facilitator, at=NOW
    )
    assert awaits() == [0, 0]
    advice.decide(request=asked, action=AdviceAction.WITHDRAW, by=cast.buyer, at=NOW)
    assert awaits() == [0, 1], "then it is the buyer’s again"
    lots.remove(lot=lot, by=cast.buyer, at=NOW)
    assert awaits() == [1, 0]


def test_each_side_is_told_what_waits_and_nobody_else(asked: AdviceRequest, cast: Cast) -> None:
    def waiting(provide: TodoProvider) -> set[str]:
        found = set()
        for name, actor in cast.everyone().items():
            group = provide(Queue(actor=actor, on=TODAY))
            if group and group.todos:
                found.add(name)
        return found

    assert waiting(advice_asked) == {"facilitator"}
    sized(asked, cast)
    proposed(asked, cast)
    assert waiting(advice_asked) == set()
    assert waiting(proposals_to_read) == {"buyer"}


@pytest.mark.parametrize(
    "who", ["other_buyer", "other_facilitator", "contractor", "coordinator", "signatory"]
)
def test_nobody_answers_or_decides_for_another(who: str, asked: AdviceRequest, cast: Cast) -> None:
    sized(asked, cast)
    actor = getattr(cast, who)
    with pytest.raises(Refused):
        advice.propose(
            request=asked, opinion=Opinion.POSSIBLE, answer="Non.", address=ADDRESS, by=actor, at=NOW
        )
    proposed(asked, cast)
    with pytest.raises(Refused):
        advice.decide(request=asked, action=AdviceAction.ACCEPT, by=actor, at=NOW)


def form(**changes: object) -> dict[str, object]:
    return {
        "submission": str(uuid4()),
        "title": "Entretien des espaces verts",
        "nature": "SERVICES",
        "estimated_amount": "400 000",
        "starts_on": "2027-03-01",
        "months": "24",
        "place": "Évry-Courcouronnes (91228)",
        "question": "Deux lots ?",
    } | changes


def test_a_buyer_asks_on_screen_with_a_document_that_both_sides_read(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    piece = SimpleUploadedFile("cahier.pdf", pdf("Cahier des charges"), "application/pdf")
    page = browser.acting(cast.buyer).post(
        reverse("procurement:ask-advice"), form(piece_1=piece), follow=True
    )
    body = page.content.decode()
    assert "la facilitation répond avant le 09/12/2026" in body
    asked = AdviceRequest.objects.get()
    assert (asked.tender.starts_on, asked.tender.ends_on) == (date(2027, 3, 1), date(2029, 2, 28))
    address = reverse("procurement:advice-piece", args=[asked.pk, asked.pieces.get().pk])
    for actor, expected in ((cast.buyer, 200), (cast.facilitator, 200), (cast.other_buyer, 404)):
        assert browser.acting(actor).get(address).status_code == expected


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"estimated_amount": "-5"}, "-5"),
        ({"months": "0"}, "au moins 1"),
        ({"starts_on": "2027-02-30"}, "n’existe pas"),
        ({"place": "Nulle-Part"}, "Nulle-Part"),
        ({"title": ""}, "à remplir"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_still_there(
    changes: dict[str, str], said: str, cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    page = browser.acting(cast.buyer).post(reverse("procurement:ask-advice"), form(**changes))
    assert page.status_code == 422
    body = page.content.decode()
    assert said in body.replace("−", "-")
    assert "Deux lots ?" in body
    assert not AdviceRequest.objects.exists()


ASK = reverse("procurement:ask-advice")


def test_a_question_about_what_is_perhaps_there_already_is_asked_first(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    known = make.tender(
        buyer=cast.commune, structure=cast.structure, title="Entretien des espaces verts communaux"
    )
    other = make.tender(
        buyer=cast.other_commune, structure=cast.structure, title="Entretien des espaces verts communaux"
    )
    piece = SimpleUploadedFile("cctp.pdf", pdf())
    answer = browser.acting(cast.buyer).post(ASK, form(piece_1=piece))
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "objet proche" in body
    assert f'name="sur" value="{known.pk}"' in body
    assert f'value="{other.pk}"' not in body, "another buyer’s"
    assert "sauf les pièces : joignez-les de nouveau" in body
    assert "Deux lots ?" in body, "nothing typed is lost"
    assert body.count('class="btn btn-primary"') == 1
    assert not AdviceRequest.objects.exists()


@pytest.mark.parametrize(("choice", "is_new"), [({"autre": "1"}, True), ({"sur": "known"}, False)])
def test_it_is_about_another_purchase_or_about_the_one_that_is_there(
    choice: dict[str, str], is_new: bool, cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    known = make.tender(
        buyer=cast.commune, structure=cast.structure, title="Entretien des espaces verts communaux"
    )
    pressed = {name: value.replace("known", str(known.pk)) for name, value in choice.items()}
    sent = form(**pressed)
    browser.acting(cast.buyer).post(ASK, sent)
    asked = AdviceRequest.objects.get()
    assert asked.question == "Deux lots ?"
    assert (asked.tender != known) == is_new
    browser.post(ASK, sent)
    assert AdviceRequest.objects.count() == 1, "sent twice, it is asked once"


def test_a_tender_that_does_not_look_like_it_is_not_taken_for_it(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    """The number of any tender in the place of a look-alike’s chooses nothing."""
    make.tender(buyer=cast.commune, structure=cast.structure, title="Entretien des espaces verts communaux")
    far = make.tender(
        buyer=cast.commune, structure=cast.structure, reference="2025-077", title="Réfection du gymnase"
    )
    for sur in (str(far.pk), "x", ""):
        assert browser.acting(cast.buyer).post(ASK, form(sur=sur)).status_code == 422
    assert not AdviceRequest.objects.exists()


def test_a_tender_about_which_advice_waits_says_so_and_is_not_asked_about_again(
    asked: AdviceRequest, cast: Cast, browser: ActingClient
) -> None:
    body = browser.acting(cast.buyer).post(ASK, form()).content.decode()
    assert asked.tender.reference in body
    assert "un avis y est déjà demandé" in body
    assert 'name="sur"' not in body


def test_a_tender_that_is_over_is_shown_and_not_asked_about(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    known = make.tender(
        buyer=cast.commune, structure=cast.structure, title="Entretien des espaces verts communaux"
    )
    Tender.objects.filter(pk=known.pk).update(status=TenderStatus.NO_AWARD)
    body = browser.acting(cast.buyer).post(ASK, form()).content.decode()
    assert "espaces verts communaux" in body
    assert 'name="sur"' not in body


def test_the_answer_and_the_decision_on_screen(
    asked: AdviceRequest, cast: Cast, browser: ActingClient
) -> None:
    address = reverse("procurement:advice", args=[asked.pk])
    sized(asked, cast)
    told = {"submission": str(uuid4()), "opinion": "ADVISED", "answer": "Un seul lot, une équipe de deux."}
    browser.acting(cast.facilitator).post(address, told)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        body = browser.acting(cast.buyer).get(address).content.decode()
        assert "Un seul lot, une équipe de deux." in body
        assert "700\u00a0h" in body
        assert "Des heures ont changé" not in body
        lot = asked.tender.lots.get()
        ground = sizing_ground(lot, on=TODAY)
        clauses.put(
            lot=lot, inputs=ground.inputs, quantity=Decimal(600), by=cast.buyer, at=NOW + timedelta(days=1)
        )
        page = browser.get(address)
        assert "Des heures ont changé" in page.content.decode()
        decided = {"submission": str(uuid4()), "decision": "adjust", "reason": ""}
        assert "relisez-les" in browser.post(address, decided).content.decode(), "nobody says what was read"
        browser.post(address, decided | {"read": page.context["sheet"].stamp})
    asked.refresh_from_db()
    assert asked.status == AdviceStatus.ADJUSTED


def test_a_question_is_withdrawn_until_it_is_answered(
    asked: AdviceRequest, cast: Cast, browser: ActingClient
) -> None:
    address = reverse("procurement:advice-withdraw", args=[asked.pk])
    browser.acting(cast.buyer).post(address)
    asked.refresh_from_db()
    assert asked.status == AdviceStatus.WITHDRAWN
    again = browser.post(address, follow=True)
    assert "rechargez la page" in again.content.decode()
