"""Words that look like something else: a day that does not exist, a code, a field of a sentence."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from beneficiaries.people.rules.texts import e164
from inclusiv.core.forms import MailField
from inclusiv.core.messages import Message
from inclusiv.core.providers import bounce_listeners
from inclusiv.core.texts import dialled
from inclusiv.records.actions import mails
from inclusiv.records.choices import EmailState
from tests.attacks.conftest import Attacker
from tests.smtp import mail_server
from tests.world import NOW, World


@pytest.mark.parametrize("post", ["2025-13-45", "0000-00-00", "٢٠٢٥-١١-٠١", "{number}"])
def test_to_break_the_story_of_a_tender_for_good_by_a_post_that_looks_like_a_day(
    world: World, browser: Attacker, post: str
) -> None:
    """The story tells days in French: what a company typed is not a day, and the story is never corrected."""
    form = {
        "submission": str(uuid4()),
        "post": post,
        "headcount": "1",
        "starts_on": "2025-11-10",
        "modality": "DIRECT_HIRE_CDD",
        "weekly_hours": "35",
    }
    asked = browser.acting(world.cast.contractor).post(
        reverse("placements:ask", args=[world.own.award.pk]), form
    )
    assert asked.status_code == 302
    tender, need = reverse("procurement:tender", args=[world.own.tender.pk]), asked.url
    for actor, address in (
        (world.cast.facilitator, tender),
        (world.cast.buyer, tender),
        (world.cast.facilitator, reverse("accounts:organisation", args=[world.own.contractor.pk])),
        (world.cast.contractor, need),
    ):
        page = browser.acting(actor).get(address)
        assert page.status_code == 200
        assert post in page.said


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
