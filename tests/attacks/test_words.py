"""Words that look like something else: a day that is none, a joker of the search, an address to fetch, a path.

Elsewhere: markup in every stored text (test_scripts.py), formulas (test_exports.py), headers of letters (test_letters.py).
"""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from pypdf import PdfReader

from beneficiaries.people.rules.texts import e164
from clauses.decp.actions import readings
from clauses.decp.models import SpottedContract
from clauses.procurement.models import Lot, Operation, Tender
from inclusiv.accounts.forms import NameField
from inclusiv.accounts.models import Invitation, Membership, Organisation
from inclusiv.core.forms import MailField
from inclusiv.core.messages import Message
from inclusiv.core.providers import bounce_listeners
from inclusiv.core.texts import dialled
from inclusiv.records.actions import mails
from inclusiv.records.choices import EmailState
from inclusiv.records.models import OutgoingEmail
from tests.attacks.conftest import Attacker
from tests.clauses.decp.samples import contract, file_of
from tests.smtp import mail_server
from tests.world import NOW, World

LIKE_A_DAY = ("2025-13-45", "0000-00-00", "٢٠٢٥-١١-٠١")
"""Of the shape of a day, and none."""


@pytest.mark.parametrize("post", [*LIKE_A_DAY, "{number}"])
def test_to_break_the_story_of_a_tender_for_good_by_a_post_that_looks_like_a_day(
    world: World, browser: Attacker, post: str
) -> None:
    """The story writes days in French: what a company typed is not one, and no story is ever corrected."""
    form = {
        "submission": str(uuid4()),
        "post": post,
        "headcount": "1",
        "starts_on": "2025-11-10",
        "modality": "DIRECT_HIRE_CDD",
        "weekly_hours": "35",
    }
    browser.acting(world.cast.contractor)
    asked = browser.post(reverse("placements:ask", args=[world.own.award.pk]), form)
    assert asked.status_code == 302
    tender = reverse("procurement:tender", args=[world.own.tender.pk])
    for actor, address in (
        (world.cast.facilitator, tender),
        (world.cast.buyer, tender),
        (world.cast.facilitator, reverse("accounts:organisation", args=[world.own.contractor.pk])),
        (world.cast.contractor, asked.url),
    ):
        page = browser.acting(actor).get(address)
        assert (page.status_code, post in page.said) == (200, True), address


@pytest.mark.parametrize("title", LIKE_A_DAY)
def test_to_break_the_pages_of_a_buyer_by_an_operation_that_looks_like_a_day(
    world: World, browser: Attacker, title: str
) -> None:
    form = {"submission": str(uuid4()), "quoi": "operation", "title": title}
    address = reverse("procurement:parties", args=[world.own.draft.pk])
    assert browser.acting(world.cast.facilitator).post(address, form).status_code == 302
    opened = Operation.objects.get(title=title)
    browser.acting(world.cast.buyer)
    for name, key in (("procurement:operation", opened.pk), ("procurement:tender", world.own.draft.pk)):
        told = browser.get(reverse(name, args=[key]))
        assert (told.status_code, f"« {title} »" in told.said) == (200, True), name


def test_to_break_a_published_contract_by_a_number_that_looks_like_a_day(
    world: World, browser: Attacker
) -> None:
    """A file of open data numbers a contract so: whoever has answered it reads its page again."""
    number = LIKE_A_DAY[0]
    told = contract(id=number, acheteur={"id": world.own.buyer.siret})
    readings.read(file=BytesIO(file_of(told)), name="x.json", by=world.cast.facilitator, at=NOW)
    spotted = SpottedContract.objects.get(reference=number)
    browser.acting(world.cast.facilitator)
    assert browser.post(reverse("decp:dismiss", args=[spotted.pk])).status_code == 302
    page = browser.get(reverse("decp:contract", args=[spotted.pk]))
    assert (page.status_code, f"Marché repéré {number} : écarté" in page.said) == (200, True)


def test_a_day_is_still_told_as_one_reads_it(world: World, browser: Attacker) -> None:
    page = browser.acting(world.cast.facilitator).get(
        reverse("procurement:tender", args=[world.own.tender.pk])
    )
    assert "à partir du 03/11/2025" in page.said
    assert "2025-11-03" not in page.said


@pytest.mark.parametrize("typed", ["%", "%%%", "__", "_uivie", "\\\\", "[a-z]", "Sui.ie", "' OR 1=1 --"])
def test_to_find_everybody_by_a_joker(world: World, browser: Attacker, typed: str) -> None:
    """A search compares letters: what stands for any letter elsewhere finds here nobody."""
    browser.acting(world.cast.facilitator)
    listed = browser.get(reverse("people:list"), {"q": typed})
    found = browser.get(reverse("search:results"), {"q": typed})
    assert (listed.status_code, found.status_code) == (200, 200)
    assert "Suivie1" not in listed.said + found.said
    assert "Suivie1" in browser.get(reverse("people:list"), {"q": "suivie"}).said


FETCHED = '<img src="file:///etc/passwd"><link rel=attachment href="file:///etc/hosts"> {{ request.user }} {% now "Y" %}'


@pytest.mark.parametrize("name", ["texts:note", "texts:download"])
def test_to_have_a_document_fetch_or_compute_what_was_typed(
    world: World, browser: Attacker, name: str
) -> None:
    """The object of a tender is printed letter by letter; nothing is read from the server to draw it."""
    Tender.objects.filter(pk=world.own.tender.pk).update(title=FETCHED)
    Lot.objects.filter(pk=world.own.lot.pk).update(title=FETCHED[:255])
    Organisation.objects.filter(pk=world.own.buyer.pk).update(name=FETCHED[:255])
    piece = ["toutes-les-pieces", "pdf"] if name == "texts:download" else []
    browser.acting(world.cast.buyer)
    answer = browser.get(reverse(name, args=[world.own.tender.pk, *piece]))
    assert answer.status_code == 200
    printed = PdfReader(BytesIO(answer.received))
    said = "".join("".join(page.extract_text().split()) for page in printed.pages)
    assert "file:///etc/passwd" in said
    assert "{{request.user}}" in said
    assert ("root:" in said, printed.attachments) == (False, {})


@pytest.mark.parametrize("number", ["..\\..\\x", "../../x", '";x="y', "CON", "\u202efdp.exe", "%2e%2e%2f"])
@pytest.mark.parametrize("name", ["texts:note", "texts:download"])
def test_to_write_elsewhere_by_the_number_of_a_tender(
    world: World, browser: Attacker, name: str, number: str
) -> None:
    """A document is named by the number of its tender: it stays one name, of one line, in one folder."""
    Tender.objects.filter(pk=world.own.tender.pk).update(reference=number)
    piece = ["toutes-les-pieces", "docx"] if name == "texts:download" else []
    browser.acting(world.cast.buyer)
    answer = browser.get(reverse(name, args=[world.own.tender.pk, *piece]))
    told: Any = answer.headers["Content-Disposition"]
    assert told.startswith("attachment; filename")
    assert not set("/\n\r\u202e") & set(told)
    assert not any(step in told.replace("%5C", "\\") for step in ("..\\", "../"))


LONG = f"{'x' * 290}@example.org"
"""An address as forms take them, longer than any column of ours."""


def test_to_break_the_forgotten_password_by_the_length_of_an_address(db: None) -> None:
    answer = Attacker().post(reverse("account_reset_password"), {"email": LONG})
    assert (answer.status_code, "trop longue" in answer.said) == (200, True)
    assert not OutgoingEmail.objects.exists()


@pytest.mark.parametrize("email", [LONG, "claire@example.org"])
def test_to_break_the_minutes_of_a_meeting_by_the_length_of_an_address(
    world: World, browser: Attacker, email: str
) -> None:
    browser.acting(world.cast.buyer)
    address = reverse("obligations:kick-off", args=[world.own.tender.pk])
    form = browser.get(address).context["form"]
    typed = {name: str(form[name].value() or "") for name in ("version", "read")}
    typed |= {"submission": str(uuid4()), "held_on": "2025-10-10", "place": "Mairie", "attended": "Tous"}
    key = world.own.award.pk
    answer = browser.post(address, typed | {f"name_{key}": "Eve", f"email_{key}": email})
    assert answer.status_code == (422 if email == LONG else 302)


@pytest.mark.parametrize("email", [LONG, "eve@example.org"])
def test_to_break_the_link_of_an_award_by_the_length_of_an_address(
    world: World, browser: Attacker, email: str
) -> None:
    """Whoever holds the link has no account: the answer is refused in words, and the link still serves."""
    lot = world.own.draft.lots.get()
    Tender.objects.filter(pk=lot.tender_id).update(consultation_launched_on="2025-09-01")
    typed = {
        f"siret_{lot.pk}": str(world.own.contractor.siret),
        f"awarded_on_{lot.pk}": "2025-10-10",
        f"contact_{lot.pk}": "Eve",
        f"email_{lot.pk}": email,
    }
    address = reverse("records:link", args=[world.own.award_token])
    answer = browser.post(address, {"submission": str(uuid4())} | typed)
    assert answer.status_code == (422 if email == LONG else 200), answer.context["form"].errors
    assert lot.tender.lots.filter(award=None).exists() == (email == LONG)


@pytest.mark.parametrize("address", ["=?utf-8?q?=0a_x?=@x.example", '"=?utf-8?q?=0d=0aBcc:y?="@x.example'])
def test_to_have_a_letter_tried_without_end_by_an_address_that_reads_as_two_lines(
    db: None, settings: Any, address: str
) -> None:
    """A form takes it, no mail carries it: it comes back, as what no server takes does."""
    assert MailField().clean(address) == address
    told: list[str] = []

    def listen(_: int, refused: str, __: object) -> None:
        told.append(refused)

    bounce_listeners.register(listen)
    try:
        with mail_server() as box:
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
            letter = mails.queue(
                to=address, message=Message(subject="s", paragraphs=("p",)), subjects=[], at=NOW
            )
            mails.send(mail_id=letter.pk, at=NOW)
    finally:
        bounce_listeners.unregister(listen)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, told, box.accepted) == (EmailState.BOUNCED, 1, [address], [])
    assert mails.sweep(at=NOW + timedelta(days=1)) == 0


@pytest.mark.parametrize("phone", ["06١٢٣٤٥٦٧٨", "+4٩١٢٣٤٥٦٧٨٩"])
def test_to_tell_a_telephone_that_nobody_can_dial(phone: str) -> None:
    assert dialled(phone) is None
    assert e164(phone) is None


@pytest.mark.parametrize("site", ["https://evil.example Gagnez", "Voir WWW.evil.example"])
def test_to_have_our_letters_advertise_a_site_under_the_name_of_somebody(
    world: World, browser: Attacker, site: str
) -> None:
    """A mail program makes a link of it, in a letter that the platform signs."""
    forms = {
        reverse("accounts:invite"): {"email": "x@example.org", "role": "BUYER", "in_place_of": site},
        reverse("accounts:join"): {
            "email": "x@example.org",
            "name": site,
            "organisation": "C",
            "role": "BUYER",
        },
    }
    browser.acting(world.cast.buyer).confirmed()
    Membership.objects.filter(pk=world.cast.buyer.membership_id or 0).update(is_manager=True)
    for address, form in forms.items():
        answer = browser.post(address, form | {"submission": str(uuid4())})
        assert (answer.status_code, "contient l’adresse d’un site" in answer.said) == (422, True), address
    assert not Invitation.objects.filter(email="x@example.org").exists()
    assert NameField().clean("S.N.C.F. – Gares & Connexions") == "S.N.C.F. – Gares & Connexions"
