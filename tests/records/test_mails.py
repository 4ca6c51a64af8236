"""A mail is written with what it tells, sent once after, and says what became of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.db import connection, transaction

from inclusiv.core.messages import Message
from inclusiv.core.providers import bounce_listeners
from inclusiv.records.actions import mails
from inclusiv.records.choices import MAX_SENDINGS, EmailState
from inclusiv.records.models import OutgoingEmail
from tests.conftest import Cast
from tests.smtp import Mailbox, mail_server

MESSAGE = Message(
    subject="Relevé de mars : école Jean-Moulin, lot 1",
    paragraphs=("Bonjour,", "Le relevé de mars <est> attendu."),
    action="Déclarer les heures",
    url="https://inclusiv.example/lien/secret/",
)


@pytest.fixture
def mail(cast: Cast, at: datetime) -> OutgoingEmail:
    return mails.queue(to="chantier@bati-sud.example", message=MESSAGE, subjects=[cast.builder], at=at)


@pytest.fixture
def server(settings: Any) -> Iterator[Mailbox]:
    with mail_server() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        yield box


def test_mail_holds_its_link_twice_and_its_words_once_escaped(mail: OutgoingEmail) -> None:
    assert "Le relevé de mars <est> attendu." in mail.text
    assert "https://inclusiv.example/lien/secret/" in mail.text
    assert "Le relevé de mars &lt;est&gt; attendu." in mail.html
    assert 'href="https://inclusiv.example/lien/secret/"' in mail.html


def test_words_of_a_mail_lie_encrypted(mail: OutgoingEmail) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text || html FROM records_outgoingemail WHERE id = %s", [mail.pk])
        assert "secret" not in cursor.fetchone()[0]


def test_mail_is_sent_once(mail: OutgoingEmail, at: datetime) -> None:
    for _ in range(2):
        mails.send(mail_id=mail.pk, at=at)
    (sent,) = outbox.outbox
    assert (sent.to, sent.subject) == (["chantier@bati-sud.example"], MESSAGE.subject)
    assert sent.extra_headers["Message-ID"] == mail.message_id
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.attempts) == (EmailState.SENT, at, 1)


def test_mail_of_an_action_undone_never_exists(cast: Cast, at: datetime) -> None:
    def act_then_fail() -> None:
        with transaction.atomic():
            mails.queue(to="a@b.example", message=MESSAGE, subjects=[cast.builder], at=at)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act_then_fail()
    assert not OutgoingEmail.objects.exists()


def test_server_that_does_not_answer_is_tried_later_and_later(
    mail: OutgoingEmail, server: Mailbox, settings: Any, at: datetime
) -> None:
    settings.EMAIL_PORT = 1
    delays = []
    for _ in range(MAX_SENDINGS):
        mails.send(mail_id=mail.pk, at=at)
        mail.refresh_from_db()
        delays.append(mail.next_try_at - at)
    assert delays[:3] == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]
    assert mail.state == EmailState.FAILED
    assert "ConnectionRefusedError" in mail.error


def test_real_server_gets_both_versions(mail: OutgoingEmail, server: Mailbox, at: datetime) -> None:
    mails.send(mail_id=mail.pk, at=at)
    (received,) = server.accepted
    assert f"Message-ID: {mail.message_id}" in received
    assert "text/plain" in received
    assert "text/html" in received


def test_refused_address_is_told_to_who_keeps_addresses(
    mail: OutgoingEmail, server: Mailbox, at: datetime
) -> None:
    server.refused.add("chantier@bati-sud.example")
    told: list[tuple[int, str, datetime]] = []

    def listen(mail_id: int, address: str, when: datetime) -> None:
        told.append((mail_id, address, when))

    bounce_listeners.register(listen)
    try:
        mails.send(mail_id=mail.pk, at=at)
    finally:
        bounce_listeners.unregister(listen)
    mail.refresh_from_db()
    assert mail.state == EmailState.BOUNCED
    assert told == [(mail.pk, "chantier@bati-sud.example", at)]


def test_a_server_that_says_to_come_back_later_is_no_bounce(
    mail: OutgoingEmail, server: Mailbox, at: datetime
) -> None:
    """Full mailboxes, and servers that have strangers wait."""
    server.put_off.add("chantier@bati-sud.example")
    mails.send(mail_id=mail.pk, at=at)
    mail.refresh_from_db()
    assert (mail.state, mail.next_try_at) == (EmailState.QUEUED, at + timedelta(minutes=2))
    server.put_off.clear()
    mails.send(mail_id=mail.pk, at=at + timedelta(minutes=2))
    mail.refresh_from_db()
    assert mail.state == EmailState.SENT


def test_sweep_rings_for_those_whose_moment_has_come(mail: OutgoingEmail, at: datetime) -> None:
    assert mails.sweep(at=at - timedelta(seconds=1)) == 0
    assert mails.sweep(at=at) == 1
    mails.send(mail_id=mail.pk, at=at)
    assert mails.sweep(at=at) == 0
