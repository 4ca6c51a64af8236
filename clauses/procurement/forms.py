"""Forms of procurement: identification of a tender, its lots, their contractors."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.text import Truncator

from clauses.procurement.choices import GroupType, Sector, TenderForm, TenderNature
from clauses.procurement.models import Tender
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.choices import CompanyKind
from inclusiv.accounts.models import Organisation, User
from inclusiv.core.actors import Actor, Role
from inclusiv.core.forms import (
    DayField,
    EditForm,
    EurosField,
    FrenchDecimalField,
    LineField,
    ParagraphField,
    SiretField,
    SubmissionForm,
)
from inclusiv.reference.forms import CommuneField, CpvField

RANKS = range(1, 6)
"""The rows that the page of an award has for contractors, the lead included."""

GROUP_CHOICES = [
    (GroupType.NONE, "seule"),
    (GroupType.JOINT, "en groupement conjoint"),
    (GroupType.SEVERAL, "en groupement solidaire"),
]


class IdentificationFields(forms.Form):
    """What a tender is, when and where; asked alike when it is registered and when it is corrected."""

    reference = LineField(
        is_number=True,
        label="Numéro du marché",
        max_length=16,
        help_text="Celui de votre consultation, 16 caractères au plus. Par exemple 2026-014.",
    )
    title = ParagraphField(label="Objet", max_length=1000, rows=2)
    form = forms.ChoiceField(label="Forme", choices=TenderForm, initial=TenderForm.CONTRACT)
    nature = forms.ChoiceField(label="Nature", choices=TenderNature, widget=forms.RadioSelect)
    cpv = CpvField(
        label="Code CPV", required=False, help_text="Le code à 8 chiffres, ou les mots de son libellé."
    )
    procedure = LineField(label="Procédure", max_length=100, required=False)
    estimated_amount = EurosField(
        label="Montant estimé", required=False, help_text="Pour toute la durée, reconductions comprises."
    )
    consultation_launched_on = DayField(label="Lancement de la consultation", required=False)
    offers_due_on = DayField(label="Remise des offres", required=False)
    starts_on = DayField(label="Début d’exécution prévu", required=False)
    ends_on = DayField(label="Fin d’exécution prévue (incluse)", required=False)
    place = CommuneField(
        label="Commune d’exécution",
        required=False,
        help_text="Elle désigne la structure qui vous accompagnera. Sans lieu précis, laissez vide.",
    )

    def facts(self) -> dict[str, Any]:
        """Return what was typed, as the actions take it."""
        names = IdentificationFields.base_fields
        given = {name: value for name, value in self.cleaned_data.items() if name in names}
        return given | {"cpv": self.cleaned_data["cpv"].code}

    @property
    def doubt(self) -> str:
        """What deserves a second look without being wrong, or nothing."""
        warning: str = self.cleaned_data["cpv"].warning
        return warning


class RegisterForm(IdentificationFields, SubmissionForm):
    """« Enregistrer un marché »: a facilitator says for which buyer; the structure follows from the place."""

    buyer = forms.ModelChoiceField(label="Acheteur", queryset=Organisation.objects.none())
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
            choose(self.fields["buyer"], Role.BUYER, on=today)
            del self.fields["structure"]
        else:
            choose(self.fields["structure"], Role.FACILITATOR, on=today)
            del self.fields["buyer"]


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
        self.fields["tenders"].queryset = tenders  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]  # a ModelChoiceField


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


def choose(field: forms.Field, role: Role, *, on: date) -> None:
    """Offer the organisations that hold a capacity on a day."""
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = Organisation.objects.acting_as(role, on=on).order_by("folded_name", "pk")


class LotForm(EditForm):
    """A lot; `version` is its tender's."""

    number = forms.IntegerField(label="Numéro du lot", min_value=1, max_value=999)
    title = LineField(
        label="Intitulé", max_length=255, help_text="Pour un marché sans lots, reprenez son objet."
    )
    sector = forms.ChoiceField(
        label="Métier principal",
        choices=[("", "Choisir…"), *Sector.choices],
        help_text="Il propose la part de main-d’œuvre et l’effort d’insertion usuels.",
    )
    estimated_amount = EurosField(label="Montant estimé du lot", required=False)
    cpv = CpvField(
        label="Code CPV", required=False, help_text="Le code à 8 chiffres, ou les mots de son libellé."
    )

    def facts(self) -> dict[str, Any]:
        """Return what was typed, as the actions take it."""
        given = {name: self.cleaned_data[name] for name in ("number", "title", "estimated_amount")}
        return given | {"sector": Sector(self.cleaned_data["sector"]), "cpv": self.cleaned_data["cpv"].code}

    @property
    def doubt(self) -> str:
        """What deserves a second look without being wrong, or nothing."""
        warning: str = self.cleaned_data["cpv"].warning
        return warning


class AwardForm(SubmissionForm):
    """« Indiquer le titulaire »: the award, and up to five companies, the first one alone or leading the group."""

    awarded_on = DayField(label="Date d’attribution")
    amount = EurosField(label="Montant attribué", required=False)
    group_type = forms.ChoiceField(
        label="L’entreprise répond", choices=GROUP_CHOICES, widget=forms.RadioSelect, initial=GroupType.NONE
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rank in RANKS:
            whose = f", cotraitant {rank - 1}" if rank > 1 else ""
            self.fields[f"siret_{rank}"] = SiretField(
                label=f"SIRET{whose}",
                required=rank == 1,
                error_messages={"required": "Indiquez le SIRET de l’entreprise titulaire."},
            )
            self.fields[f"name_{rank}"] = LineField(
                label=f"Nom de l’entreprise{whose}", max_length=255, required=False
            )
            self.fields[f"share_{rank}"] = FrenchDecimalField(
                label="Part des heures" if rank == 1 else f"Part{whose}",
                unit="%",
                max_value=100,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """Ask for the SIRET of each named company, and for the name of each unknown one."""
        for rank in RANKS:
            siret, name, share = self.row(rank)
            if not siret and f"siret_{rank}" not in self.errors and (name or share is not None):
                self.add_error(f"siret_{rank}", "Indiquez le SIRET de cette entreprise.")
            if siret and not name and not Organisation.objects.filter(siret=siret).exists():
                self.add_error(
                    f"name_{rank}", "Cette entreprise n’est pas encore connue ici : indiquez son nom."
                )
        return self.cleaned_data

    def row(self, rank: int) -> tuple[str, str, Decimal | None]:
        """Return the SIRET, the name and the share (in %) read on a row."""
        given = self.cleaned_data
        return given.get(f"siret_{rank}", ""), given.get(f"name_{rank}", ""), given.get(f"share_{rank}")

    def companies(self) -> list[tuple[Told, Decimal]]:
        """Return the companies with their shares from 0 to 1; one alone takes everything unless told otherwise."""
        rows = [row for rank in RANKS if (row := self.row(rank))[0]]
        default = Decimal(100) if len(rows) == 1 else Decimal(0)
        return [
            (
                Told(siret=siret, name=name, company_kind=CompanyKind.ORDINARY),
                (default if share is None else share) / 100,
            )
            for siret, name, share in rows
        ]

    def rows(self) -> list[list[BoundField]]:
        """Return the fields row by row, for the template."""
        return [[self[f"{name}_{rank}"] for name in ("siret", "name", "share")] for rank in RANKS]

    @property
    def has_partners(self) -> bool:
        """Whether the page should open on the rows of the other members."""
        return any(
            self[f"{name}_{rank}"].value() for rank in RANKS[1:] for name in ("siret", "name", "share")
        )
