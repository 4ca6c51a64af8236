"""A link by e-mail opens one screen, for one purpose, until its use or its last day; opening it changes nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client

from inclusiv.core.messages import Message
from inclusiv.core.providers import LinkPurpose, link_purposes
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import links
from inclusiv.records.choices import LINK_DAYS
from inclusiv.records.models import OutgoingEmail, SignedLink, reference
from tests.conftest import Cast

PURPOSE = "test"


def screen(_request: HttpRequest, link: SignedLink) -> HttpResponse:
    return HttpResponse(f"écran de {link.subject}")


def message(link: SignedLink, address: str) -> Message | None:
    if link.data.get("done"):
        return None
    return Message(subject="Votre lien", paragraphs=("Le voici.",), action="Ouvrir", url=address)


@pytest.fixture(autouse=True)
def _purpose(at: datetime) -> Iterator[None]:
    link_purposes[PURPOSE] = LinkPurpose(screen=screen, message=message)
    with time_machine.travel(at, tick=False):
        yield
    del link_purposes[PURPOSE]


@pytest.fixture
def made(cast: Cast, at: datetime) -> tuple[SignedLink, str]:
    return links.issue(
        purpose=PURPOSE,
        subject=reference(cast.builder),
        recipient="chantier@bati-sud.example",
        organisation_id=cast.builder.pk,
        at=at,
    )


def path(address: str) -> str:
    return address.removeprefix("http://localhost:8000")


def test_token_itself_is_kept_nowhere(made: tuple[SignedLink, str]) -> None:
    link, address = made
    token = address.rstrip("/").rsplit("/", 1)[1]
    assert len(token) >= 43
    assert token not in str(SignedLink.objects.filter(pk=link.pk).values())
    assert link.token_hash == links.hashed(token)


def test_link_opens_its_screen_as_often_as_a_scanner_likes(
    client: Client, made: tuple[SignedLink, str]
) -> None:
    link, address = made
    for _ in range(3):
        response = client.get(path(address))
        assert (response.status_code, response.text) == (200, f"écran de organisation:{link.organisation_id}")
        assert "no-store" in response["Cache-Control"]
    link.refresh_from_db()
    assert link.used_at is None


def test_altered_link_opens_nothing(client: Client, made: tuple[SignedLink, str]) -> None:
    _, address = made
    last = "B" if address[-2] != "B" else "C"
    assert client.get(path(address[:-2] + last + "/")).status_code == 404


def test_used_link_says_when(client: Client, made: tuple[SignedLink, str], at: datetime) -> None:
    link, address = made
    links.use(link, at=at)
    response = client.get(path(address))
    assert response.status_code == 410
    assert "Ce lien a servi le 14\u00a0octobre 2025" in response.text
    assert "Renvoyer le lien" not in response.text
    with pytest.raises(Refused) as refused:
        links.use(link, at=at)
    assert refused.value.code == "link_used"


def test_link_used_in_the_meantime_is_refused(made: tuple[SignedLink, str], at: datetime) -> None:
    link, _ = made
    stale = SignedLink.objects.get(pk=link.pk)
    links.use(link, at=at)
    with pytest.raises(Refused) as refused:
        links.use(stale, at=at)
    assert refused.value.code == "link_used"


def test_link_lives_forty_five_days(client: Client, made: tuple[SignedLink, str], at: datetime) -> None:
    _, address = made
    with time_machine.travel(at + timedelta(days=LINK_DAYS, seconds=-1), tick=False):
        assert client.get(path(address)).status_code == 200
    with time_machine.travel(at + timedelta(days=LINK_DAYS), tick=False):
        response = client.get(path(address))
    assert response.status_code == 410
    assert "Ce lien a expiré le 28\u00a0novembre 2025" in response.text
    assert "Renvoyer le lien" in response.text


def test_expired_link_is_sent_again_to_the_same_address(
    client: Client, made: tuple[SignedLink, str], at: datetime
) -> None:
    _, address = made
    with time_machine.travel(at + timedelta(days=LINK_DAYS), tick=False):
        assert client.post(path(address) + "renvoyer/").status_code == 200
        mail = OutgoingEmail.objects.get()
        assert mail.recipient == "chantier@bati-sud.example"
        (renewed,) = [word for word in mail.text.split() if word.startswith("http")]
        assert client.get(path(renewed)).status_code == 200
        assert "un plus récent" in client.get(path(address)).text
        assert client.post(path(address) + "renvoyer/").status_code == 410
    assert OutgoingEmail.objects.count() == 1


def test_link_without_anything_left_to_do_is_not_sent_again(
    client: Client, made: tuple[SignedLink, str], at: datetime
) -> None:
    link, address = made
    SignedLink.objects.filter(pk=link.pk).update(data={"done": True})
    with time_machine.travel(at + timedelta(days=LINK_DAYS), tick=False):
        response = client.post(path(address) + "renvoyer/")
    assert "plus rien à faire" in response.text
    assert not OutgoingEmail.objects.exists()


def test_revoked_link_opens_nothing(
    client: Client, cast: Cast, made: tuple[SignedLink, str], at: datetime
) -> None:
    _, address = made
    links.revoke(purpose=PURPOSE, subject=reference(cast.builder), at=at)
    assert client.get(path(address)).status_code == 410
    assert client.post(path(address) + "renvoyer/").status_code == 410
