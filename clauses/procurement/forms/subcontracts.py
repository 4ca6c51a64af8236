"""Forms of a subcontractor: the declaration, and the decision on it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet

from clauses.procurement.models import Subcontract
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.choices import INCLUSIVE_KINDS, CompanyKind
from inclusiv.accounts.forms import NameField
from inclusiv.accounts.models import Organisation
from inclusiv.core.forms import DayField, EurosField, ParagraphField, SiretField, SubmissionForm
from inclusiv.core.french import euros

KINDS = [(kind.value, kind.label) for kind in CompanyKind if kind in INCLUSIVE_KINDS]


if TYPE_CHECKING:
    SubcontractChoice = forms.ModelChoiceField[Subcontract]
else:
    SubcontractChoice = forms.ModelChoiceField


class ParentField(SubcontractChoice):
    """The accepted subcontractor on which another depends."""

    def label_from_instance(self, obj: Subcontract) -> str:
        """Return « Couleurs du Val, rang 1, 40 000 € »."""
        return f"{obj.organisation}, rang {obj.rank}, {euros(obj.amount)}"


class DeclareForm(SubmissionForm):
    """« Déclarer un sous-traitant », before it comes."""

    siret = SiretField(label="SIRET du sous-traitant")
    name = NameField(
        label="Nom du sous-traitant",
        max_length=255,
        required=False,
        help_text="À remplir s’il n’est pas encore connu ici.",
    )
    work = ParagraphField(label="Prestations sous-traitées", max_length=500, rows=2)
    amount = EurosField(label="Montant sous-traité")
    starts_on = DayField(label="Intervient à partir du")
    inclusive_kind = forms.ChoiceField(
        label="Structure inclusive",
        choices=[("", "Non, une entreprise ordinaire"), *KINDS],
        required=False,
    )
    parent = ParentField(
        label="Sous-traitant de",
        queryset=Subcontract.objects.none(),
        required=False,
        empty_label="l’entreprise titulaire (rang 1)",
    )

    def __init__(self, *args: Any, parents: "QuerySet[Subcontract]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        if isinstance(parent, ParentField):
            parent.queryset = parents
        if not parents.exists():
            del self.fields["parent"]

    def clean(self) -> dict[str, Any]:
        """Ask for the name of an unknown company."""
        given = self.cleaned_data
        siret = given.get("siret")
        missing = siret and not given.get("name") and "name" not in self.errors
        if missing and not Organisation.objects.filter(siret=siret).exists():
            self.add_error("name", "Cette entreprise n’est pas encore connue ici : indiquez son nom.")
        return given

    def facts(self) -> dict[str, Any]:
        """Return what was typed, as the action takes it."""
        given = self.cleaned_data
        kind = CompanyKind(given["inclusive_kind"]) if given["inclusive_kind"] else None
        told = Told(siret=given["siret"], name=given["name"], company_kind=kind or CompanyKind.ORDINARY)
        return {
            "organisation": told,
            "work": given["work"],
            "amount": given["amount"],
            "starts_on": given["starts_on"],
            "inclusive_kind": kind,
            "parent": given.get("parent"),
        }


class SubcontractDecisionForm(SubmissionForm):
    """« Accepter », or refuse with the reason."""

    decision = forms.ChoiceField(
        label="Votre décision",
        choices=[("accepter", "J’accepte ce sous-traitant"), ("refuser", "Je refuse ce sous-traitant")],
        widget=forms.RadioSelect,
    )
    reason = ParagraphField(
        label="Motif du refus", max_length=500, rows=2, required=False, help_text="À remplir si vous refusez."
    )
