"""The first two steps of « Enregistrer un marché »: what is bought, then when."""

from datetime import date
from typing import Any

from django import forms

from clauses.procurement.forms.tenders import PurchaseFields, ScheduleFields, choose, narrow_place
from clauses.procurement.models import Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.forms import EditForm, LineField, SubmissionForm


class StartForm(PurchaseFields, SubmissionForm):
    """Step 1 of a tender that is not registered yet; the structure is only asked when the place does not tell it."""

    reference = LineField(
        is_number=True,
        label="Numéro du marché",
        max_length=16,
        required=False,
        help_text="S’il est déjà connu ; sinon un numéro provisoire est donné.",
    )
    buyer = forms.ModelChoiceField(
        label="Acheteur", queryset=Organisation.objects.none(), empty_label="Choisir…"
    )
    structure = forms.ModelChoiceField(
        label="Structure de facilitation",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="Selon la commune d’exécution",
    )
    field_order = ("buyer", "title", "nature", "estimated_amount", "place", "structure", "cpv", "reference")

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow_place(self, actor)
        if actor.role is Role.FACILITATOR:
            choose(self.fields["buyer"], Role.BUYER, actor=actor, on=today)
            del self.fields["structure"]
        else:
            choose(self.fields["structure"], Role.FACILITATOR, actor=actor, on=today)
            del self.fields["buyer"]


class PurchaseForm(PurchaseFields, EditForm):
    """Step 1 again: what is bought, prepared on the version that was read."""

    reference = LineField(
        is_number=True,
        label="Numéro du marché",
        max_length=16,
        help_text="Le numéro provisoire se remplace par celui de votre consultation.",
    )

    def __init__(self, *args: Any, actor: Actor, tender: Tender, **kwargs: Any) -> None:
        names = (*PurchaseFields.base_fields, "reference", "version")
        super().__init__(*args, initial={name: getattr(tender, name) for name in names}, **kwargs)
        narrow_place(self, actor)


class ScheduleForm(ScheduleFields, EditForm):
    """Step 2: the dates, as far as they are known, prepared on the version that was read."""

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        names = (*ScheduleFields.base_fields, "version")
        super().__init__(*args, initial={name: getattr(tender, name) for name in names}, **kwargs)
