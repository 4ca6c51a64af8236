"""The demonstration shows the mails that nobody receives, and nothing else does."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from inclusiv.core.messages import Message, Step
from inclusiv.demo.outbox import latest_mails
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


def test_a_mail_with_steps_shows_them_all_and_the_link_of_its_button(cast: Cast, at: datetime) -> None:
    message = Message(
        subject="Bienvenue",
        paragraphs=("Bonjour,", "Trois premiers pas :"),
        steps=(
            Step(text="Appelez Nadia.", url="tel:0199000000", label="Appeler"),
            Step(text="Participez à la réunion.", url="http://localhost:8000/marches/1/", label="Voir"),
            Step(text="Envoyez votre plan.", url="http://localhost:8000/lien/x/", label="Proposer le plan"),
        ),
        action="Proposer le plan d’heures",
        url="http://localhost:8000/lien/x/",
    )
    mails.queue(to="jeanne@exemple.fr", message=message, subjects=[cast.builder], at=at)
    (mail,) = latest_mails()
    assert mail.url == "http://localhost:8000/lien/x/"
    assert mail.paragraphs == [
        "Bonjour,",
        "Trois premiers pas :",
        "1. Appelez Nadia.",
        "2. Participez à la réunion.",
        "3. Envoyez votre plan.",
    ]
