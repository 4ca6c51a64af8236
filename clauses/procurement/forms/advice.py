"""Forms of a request for advice."""

from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms

from clauses.procurement.actions.advice import Piece
from clauses.procurement.choices import AdviceAction, Opinion, TenderNature
from clauses.procurement.forms.tenders import choose, narrow_place
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.forms import (
    CountField,
    DayField,
    EurosField,
    LineField,
    ParagraphField,
    SubmissionForm,
)
from inclusiv.core.stamps import StampedForm
from inclusiv.core.upload_fields import UploadField
from inclusiv.reference.forms import CommuneField

PIECES = range(1, 4)
KINDS = ("pdf", "xlsx")


class AskForm(SubmissionForm):
    """What one asks about a tender already registered: a question, up to three documents."""

    question = ParagraphField(
        label="Votre question",
        max_length=2000,
        rows=3,
        required=False,
        help_text="Ce qui vous ferait hésiter : les métiers, le calendrier, un site sensible…",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rank in PIECES:
            self.fields[f"piece_{rank}"] = UploadField(label=f"Pièce {rank}", kinds=KINDS, required=False)

    def pieces(self) -> list[Piece]:
        """Return the documents sent."""
        given = [self.cleaned_data.get(f"piece_{rank}") for rank in PIECES]
        return [
            Piece(name=piece.name, content=piece.read(), content_type=piece.content_type)
            for piece in given
            if piece
        ]


class NewAdviceForm(AskForm):
    """« Demander un avis » on a purchase that is not registered yet: five facts are enough."""

    title = ParagraphField(label="Ce que vous allez acheter", max_length=1000, rows=2)
    nature = forms.ChoiceField(label="Nature", choices=TenderNature, widget=forms.RadioSelect)
    estimated_amount = EurosField(
        label="Montant estimé", help_text="Pour toute la durée, reconductions comprises."
    )
    starts_on = DayField(label="Début prévu")
    months = CountField(label="Durée prévue, en mois", min_value=1, max_value=240)
    consultation_launched_on = DayField(label="Consultation prévue le", required=False)
    reference = LineField(
        is_number=True,
        label="Numéro",
        max_length=16,
        required=False,
        help_text="S’il est déjà connu ; sinon un numéro provisoire est donné.",
    )
    buyer = forms.ModelChoiceField(
        label="Acheteur", queryset=Organisation.objects.none(), empty_label="Choisir…"
    )
    place = CommuneField(
        label="Commune d’exécution",
        required=False,
        help_text="Elle désigne la structure qui vous répondra.",
    )
    field_order = (
        "buyer",
        "title",
        "nature",
        "estimated_amount",
        "starts_on",
        "months",
        "place",
        "consultation_launched_on",
        "reference",
        "question",
    )

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow_place(self, actor)
        if actor.role is Role.FACILITATOR:
            choose(self, "buyer", Role.BUYER, actor=actor, on=today)
        else:
            del self.fields["buyer"]

    def facts(self) -> dict[str, Any]:
        """Return the tender as it is registered, but for its buyer and its number."""
        given = self.cleaned_data
        starts_on, months = given["starts_on"], given["months"]
        return {
            "title": given["title"],
            "nature": TenderNature(given["nature"]),
            "estimated_amount": given["estimated_amount"],
            "starts_on": starts_on,
            "ends_on": starts_on + relativedelta(months=months) - timedelta(days=1),
            "consultation_launched_on": given["consultation_launched_on"],
            "place": given["place"],
        }


HOURS_CHANGED = "Les heures ont changé depuis que cette page est ouverte : rechargez-la, et relisez-les."


class ProposeForm(StampedForm):
    """« Proposer »: the opinion on the hours that were read, and what goes with it."""

    changed = HOURS_CHANGED
    opinion = forms.ChoiceField(label="Votre avis", choices=Opinion, widget=forms.RadioSelect)
    answer = ParagraphField(
        label="Votre réponse à l’acheteur",
        max_length=4000,
        rows=4,
        help_text="Publics, modalités, calendrier, structures à proximité : ce qui l’aidera à décider.",
    )


class DecideForm(StampedForm):
    """What the buyer does of a proposal; the hours that it accepts are those that it read."""

    changed, must_say = HOURS_CHANGED, True
    decision = forms.ChoiceField(
        label="Votre décision",
        choices=[
            (AdviceAction.ACCEPT.value, "J’accepte la proposition"),
            (AdviceAction.ADJUST.value, "J’accepte, avec mes changements"),
            (AdviceAction.DECLINE.value, "J’écarte la proposition"),
        ],
        widget=forms.RadioSelect,
    )
    reason = ParagraphField(
        label="Motif", max_length=1000, rows=2, required=False, help_text="À remplir si vous l’écartez."
    )
