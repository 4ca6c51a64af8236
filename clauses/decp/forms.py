"""Forms of the spotted contracts: a file to read, a tender to follow, a tender to attach to."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from clauses.decp.choices import ID_LIMIT, OBJECT_LIMIT
from clauses.procurement.choices import TenderForm, TenderNature
from clauses.procurement.models import Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.forms import DayField, EurosField, SubmissionForm, UploadField
from inclusiv.reference.models import Commune


class ReadForm(SubmissionForm):
    """« Lire un fichier DECP »."""

    file = UploadField(
        label="Fichier de données essentielles",
        kinds=("json", "gz"),
        help_text="Le fichier JSON du profil d’acheteur ou de data.gouv.fr, compressé (.gz) s’il est lourd.",
    )


class FollowForm(SubmissionForm):
    """« Suivre ce marché »: its identification, as published, to be corrected where it is wrong."""

    buyer = forms.ModelChoiceField(label="Acheteur", queryset=Organisation.objects.none())
    structure = forms.ModelChoiceField(
        label="Structure de facilitation",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="Selon la commune d’exécution",
    )
    reference = forms.CharField(
        label="Numéro du marché", max_length=ID_LIMIT, help_text=f"{ID_LIMIT} caractères au plus."
    )
    title = forms.CharField(label="Objet", max_length=OBJECT_LIMIT, widget=forms.Textarea(attrs={"rows": 3}))
    form = forms.ChoiceField(label="Forme", choices=TenderForm)
    nature = forms.ChoiceField(label="Nature", choices=TenderNature, widget=forms.RadioSelect)
    cpv = forms.RegexField(
        label="Code CPV",
        regex=r"^\d{8}$",
        required=False,
        error_messages={"invalid": "Un code CPV compte 8 chiffres."},
    )
    procedure = forms.CharField(label="Procédure", max_length=100, required=False)
    estimated_amount = EurosField(label="Montant", required=False)
    starts_on = DayField(label="Début d’exécution", required=False)
    ends_on = DayField(label="Fin d’exécution (incluse)", required=False)
    place = forms.ModelChoiceField(
        label="Commune d’exécution",
        queryset=Commune.objects.none(),
        required=False,
        empty_label="Sans commune précise",
        help_text="Elle désigne la structure qui accompagne le marché.",
    )

    def __init__(
        self, *args: Any, actor: Actor, buyers: Sequence[Organisation], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = self.initial.get("place")
        communes = Commune.objects.filter(Q(department=actor.department) | Q(pk=known.pk if known else ""))
        offer(self, "place", communes.order_by("folded_name"))
        offer(
            self,
            "buyer",
            Organisation.objects.filter(pk__in=[one.pk for one in buyers]).order_by("folded_name"),
        )
        self.initial["buyer"] = buyers[0]
        if len(buyers) == 1:
            self.fields["buyer"].widget = forms.HiddenInput()
        if actor.role is Role.FACILITATOR:
            del self.fields["structure"]
        else:
            structures = Organisation.objects.acting_as(Role.FACILITATOR, on=today)
            offer(self, "structure", structures.order_by("folded_name"))

    def facts(self) -> dict[str, Any]:
        """Return what was typed, as the action takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "submission"}


class AttachForm(SubmissionForm):
    """« Rattacher »: which of the buyer's tenders."""

    tender = forms.ModelChoiceField(
        label="Marché suivi", queryset=Tender.objects.none(), empty_label="Choisir…"
    )

    def __init__(self, *args: Any, tenders: QuerySet[Tender], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "tender", tenders)


def offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Set what a field lets choose from."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows
