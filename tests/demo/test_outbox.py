"""The demonstration shows the mails that nobody receives, and nothing else does."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from inclusiv.core.messages import Message
from inclusiv.records.actions import mails
from tests.conftest import ActingClient, Cast


def test_mail_is_shown_with_its_link(cast: Cast, browser: ActingClient, at: datetime, settings: Any) -> None:
    message = Message(
        subject="Votre accès",
        paragraphs=("Bonjour,", "Le <lien>."),
        action="Ouvrir",
        url="http://localhost:8000/lien/x/",
    )
    mails.queue(to="jeanne@exemple.fr", message=message, subjects=[cast.builder], at=at)
    page = browser.get(reverse("demo-mails")).text
    assert "jeanne@exemple.fr" in page
    assert "Le &lt;lien&gt;." in page
    assert 'href="http://localhost:8000/lien/x/"' in page
    settings.DEMO = False
    assert browser.get(reverse("demo-mails")).status_code == 404
