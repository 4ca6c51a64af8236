"""Forms of procurement: identification of a tender, its lots, their contractors."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import Truncator

from clauses.procurement.choices import InsertionPolicy, TenderForm, TenderNature
from clauses.procurement.models import Tender
from clauses.procurement.rules.tenders import check_consultation, check_period
from inclusiv.accounts.models import Organisation, User
from inclusiv.core.actors import Actor, Role
from inclusiv.core.forms import (
    CountField,
    DayField,
    EditForm,
    EurosField,
    LineField,
    ParagraphField,
    SubmissionForm,
    check,
    offer,
)
from inclusiv.reference.forms import CommuneField, CpvField

NOT_FACTS = frozenset({"buyer", "structure", "submission", "version"})
"""Fields of a form that are not told of the tender itself."""


class FactsForm(forms.Form):
    """A form that tells something of a tender."""

    def facts(self) -> dict[str, Any]:
        """Return what was typed, as the actions take it."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in NOT_FACTS}
        if "cpv" in given:
            given["cpv"] = given["cpv"].code
        if "renewals_max" in given:
            given["renewals_max"] = given["renewals_max"] or 0
        return given

    @property
    def doubt(self) -> str:
        """What deserves a second look without being wrong, or nothing."""
        warning: str = self.cleaned_data["cpv"].warning if "cpv" in self.cleaned_data else ""
        return warning


class PurchaseFields(FactsForm):
    """What is bought, for how much and where."""

    title = ParagraphField(label="Objet", max_length=1000, rows=2)
    nature = forms.ChoiceField(label="Nature", choices=TenderNature, widget=forms.RadioSelect)
    estimated_amount = EurosField(
        label="Montant estimé", required=False, help_text="Pour toute la durée, reconductions comprises."
    )
    place = CommuneField(
        label="Commune d’exécution",
        required=False,
        help_text="Elle désigne la structure qui vous accompagnera. Sans lieu précis, laissez vide.",
    )
    cpv = CpvField(
        label="Code CPV", required=False, help_text="Le code à 8 chiffres, ou les mots de son libellé."
    )


class ScheduleFields(FactsForm):
    """When a tender is launched and carried out."""

    consultation_launched_on = DayField(label="Lancement de la consultation", required=False)
    offers_due_on = DayField(label="Remise des offres", required=False)
    starts_on = DayField(label="Début d’exécution prévu", required=False)
    ends_on = DayField(label="Fin d’exécution prévue (incluse)", required=False)
    renewals_max = CountField(
        label="Reconductions possibles",
        min_value=0,
        max_value=10,
        required=False,
        help_text="Rien si le marché n’est pas reconductible.",
    )

    def clean(self) -> dict[str, Any]:
        """Compare the dates with one another."""
        given = self.cleaned_data
        check(self, check_consultation, given.get("consultation_launched_on"), given.get("offers_due_on"))
        check(self, check_period, given.get("starts_on"), given.get("ends_on"))
        return given


class IdentificationFields(PurchaseFields, ScheduleFields):
    """What a tender is, when and where; asked alike when it is registered at once and when it is corrected."""

    field_order = (
        "buyer",
        "reference",
        "estimated_amount",
        "title",
        "form",
        "procedure",
        "nature",
        "is_defence",
        "insertion_policy",
        "cpv",
        "consultation_launched_on",
        "offers_due_on",
        "starts_on",
        "ends_on",
        "renewals_max",
        "place",
        "structure",
    )

    reference = LineField(
        is_number=True,
        label="Numéro du marché",
        max_length=16,
        help_text="Celui de votre consultation, 16 caractères au plus. Par exemple 2026-014.",
    )
    form = forms.ChoiceField(label="Forme", choices=TenderForm, initial=TenderForm.CONTRACT)
    procedure = LineField(label="Procédure", max_length=100, required=False)
    is_defence = forms.BooleanField(label="Marché de défense ou de sécurité", required=False)
    insertion_policy = forms.ChoiceField(
        label="Personnes visées", choices=InsertionPolicy, initial=InsertionPolicy.STANDARD
    )


class NewTenderForm(SubmissionForm):
    """A form that registers: a facilitator says for which buyer, a buyer with which structure when the place does not tell."""

    buyer = forms.ModelChoiceField(
        label="Acheteur", queryset=Organisation.objects.none(), empty_label="Choisir…"
    )
    structure = forms.ModelChoiceField(
        label="Structure de facilitation",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="Selon la commune d’exécution",
    )

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow_place(self, actor)
        if actor.role is Role.FACILITATOR:
            choose(self, "buyer", Role.BUYER, actor=actor, on=today)
            del self.fields["structure"]
        else:
            choose(self, "structure", Role.FACILITATOR, actor=actor, on=today)
            del self.fields["buyer"]


class RegisterForm(IdentificationFields, NewTenderForm):
    """« Enregistrer un marché » on one page."""


if TYPE_CHECKING:
    TenderChoices = forms.ModelMultipleChoiceField[Tender]
else:
    TenderChoices = forms.ModelMultipleChoiceField


class PortfolioField(TenderChoices):
    """Tenders to tick, each with its number, its title and who follows it."""

    def label_from_instance(self, obj: Tender) -> str:
        """Return a tender as the list shows it."""
        return f"{obj.reference} · {Truncator(obj.title).chars(80)} ({obj.facilitator or 'personne'})"


class HandOverForm(SubmissionForm):
    """« Confier des marchés »: which ones, and to whom."""

    tenders = PortfolioField(
        label="Marchés à confier",
        queryset=Tender.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un marché à confier."},
    )
    to = forms.ModelChoiceField(label="À qui", queryset=User.objects.none(), empty_label="Choisir…")

    def __init__(
        self, *args: Any, tenders: QuerySet[Tender], colleagues: QuerySet[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "tenders", tenders)
        offer(self, "to", colleagues)


class ChangeForm(IdentificationFields, EditForm):
    """Correct a tender's identification, prepared on the version that was read."""

    def __init__(self, *args: Any, actor: Actor, tender: Tender, **kwargs: Any) -> None:
        known = {name: getattr(tender, name) for name in (*IdentificationFields.base_fields, "version")}
        super().__init__(*args, initial=known, **kwargs)
        narrow_place(self, actor)


def narrow_place(form: forms.Form, actor: Actor) -> None:
    """Suggest the communes of the actor's own département."""
    place = form.fields["place"]
    if isinstance(place, CommuneField):
        place.suggest(actor.department)


def choose(form: forms.Form, name: str, role: Role, *, actor: Actor, on: date) -> None:
    """Offer the organisations that hold a capacity on a day, in the actor's own département."""
    offered = Organisation.objects.acting_as(role, on=on, department=actor.department)
    offer(form, name, offered.order_by("folded_name", "pk"))
