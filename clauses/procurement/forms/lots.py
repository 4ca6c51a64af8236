"""Forms of a tender's lots and of their contractors."""

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField

from clauses.procurement.choices import GroupType, Sector
from clauses.procurement.rules.trades import trade_of
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.choices import CompanyKind
from inclusiv.accounts.forms import NameField
from inclusiv.accounts.models import Organisation
from inclusiv.core.forms import (
    CountField,
    DayField,
    EditForm,
    EurosField,
    FrenchDecimalField,
    LineField,
    SiretField,
    SubmissionForm,
)
from inclusiv.reference.forms import CpvField

RANKS = range(1, 6)
"""The rows that the page of an award has for contractors, the lead included."""

GROUP_CHOICES = [
    (GroupType.NONE, "seule"),
    (GroupType.JOINT, "en groupement conjoint"),
    (GroupType.SEVERAL, "en groupement solidaire"),
]


class LotForm(EditForm):
    """A lot; `version` is its tender's, `proposed` the trade taken from its CPV."""

    proposed: Sector | None = None
    number = CountField(label="Numéro du lot", min_value=1, max_value=999)
    title = LineField(
        label="Intitulé", max_length=255, help_text="Pour un marché sans lots, reprenez son objet."
    )
    sector = forms.ChoiceField(
        label="Métier principal",
        choices=[("", "D’après le code CPV"), *Sector.choices],
        required=False,
        help_text="Il propose la part de main-d’œuvre et l’effort d’insertion usuels.",
    )
    estimated_amount = EurosField(label="Montant estimé du lot", required=False)
    cpv = CpvField(
        label="Code CPV", required=False, help_text="Le code à 8 chiffres, ou les mots de son libellé."
    )

    def clean(self) -> dict[str, Any]:
        """Propose the trade that the CPV stands for, when none is chosen."""
        given = super().clean() or self.cleaned_data
        if not given.get("sector") and not {"sector", "cpv"} & self.errors.keys():
            if proposed := trade_of(given["cpv"].code):
                given["sector"], self.proposed = proposed, proposed
            else:
                self.add_error("sector", "Choisissez le métier du lot : aucun ne se déduit de son code CPV.")
        return given

    def facts(self) -> dict[str, Any]:
        """Return what was typed, as the actions take it."""
        given = {name: self.cleaned_data[name] for name in ("number", "title", "estimated_amount")}
        return given | {"sector": Sector(self.cleaned_data["sector"]), "cpv": self.cleaned_data["cpv"].code}

    @property
    def doubt(self) -> str:
        """What deserves a second look without being wrong, or nothing."""
        warning: str = self.cleaned_data["cpv"].warning
        if self.proposed:
            trade = f"Métier proposé d’après le code CPV : {self.proposed.label.lower()}. Vérifiez-le."
            return f"{warning} {trade}".strip()
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
            self.fields[f"name_{rank}"] = NameField(
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
            # A name refused for another reason is not there any more, and was not forgotten.
            missing = not name and f"name_{rank}" not in self.errors
            if siret and missing and not Organisation.objects.filter(siret=siret).exists():
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
