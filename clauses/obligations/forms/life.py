"""Forms of a notified contract's life: amendment, change of contractor, renewal, tranche, invoices, stops."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from clauses.obligations.actions.life import LotChange
from clauses.obligations.rules.owed import hours_of_amendment
from clauses.obligations.selectors.contract import LotTerms
from clauses.procurement.choices import AmendmentArticle, AmendmentKind
from clauses.procurement.models import Lot, Tender
from clauses.procurement.rules.life import end_of_next
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.choices import CompanyKind
from inclusiv.accounts.forms import NameField
from inclusiv.core.forms import (
    CountField,
    DayField,
    EurosField,
    HoursField,
    ParagraphField,
    SiretField,
    SubmissionForm,
)
from inclusiv.core.french import date_long, number
from inclusiv.core.quantities import HOURS_MAX, ZERO

KINDS = [(kind.value, kind.label) for kind in AmendmentKind if kind is not AmendmentKind.TRANSFER]
"""A change of contractor has its own form."""

MONTHS_MAX = 120


class ContractForm(SubmissionForm):
    """A form that changes a contract, prepared on its `version`: nobody counts twice what a colleague has recorded."""

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class AmendForm(ContractForm):
    """« Enregistrer un avenant »: what it is, and lot by lot the amount and the hours that it changes.

    Hours left empty are those of the calculation; « Calculer » shows them before anything is written.
    """

    kind = forms.ChoiceField(label="Objet de l’avenant", choices=KINDS)
    notified_on = DayField(label="Date de notification de l’avenant")
    months = CountField(
        label="Mois ajoutés à l’exécution",
        min_value=-MONTHS_MAX,
        max_value=MONTHS_MAX,
        initial=0,
        help_text="0 si la durée ne change pas ; un nombre négatif la réduit.",
    )
    article = forms.ChoiceField(
        label="Fondement (code de la commande publique)",
        choices=[("", "Non précisé"), *AmendmentArticle.choices],
        required=False,
    )
    reason = ParagraphField(label="Motif", max_length=500, required=False, rows=2)

    def __init__(
        self, data: QueryDict | None = None, *, lots: list[LotTerms], trigger: Decimal, **more: Any
    ) -> None:
        super().__init__(data, **more)
        self.lots, self.trigger = lots, trigger
        for terms in lots:
            self.fields[f"amount_{terms.lot.pk}"] = EurosField(
                label="Montant en plus ou en moins", required=False, min_value=-999_999_999_999
            )
            self.fields[f"hours_{terms.lot.pk}"] = HoursField(
                label=f"{terms.unit.label.capitalize()} en plus ou en moins",
                required=False,
                min_value=-HOURS_MAX,
            )

    @property
    def is_calculating(self) -> bool:
        """Whether only the hours are asked for, nothing being written."""
        return "calculer" in self.data

    def rows(self) -> list[tuple[LotTerms, BoundField, BoundField]]:
        """Return each lot with its two fields."""
        return [(terms, self[f"amount_{terms.lot.pk}"], self[f"hours_{terms.lot.pk}"]) for terms in self.lots]

    def propose(self) -> None:
        """Write the hours of the calculation where none was typed."""
        shown = cast("QueryDict", self.data).copy()
        for terms in self.lots:
            typed, hours = f"hours_{terms.lot.pk}", self.hours(terms)
            if hours is not None and self.cleaned_data.get(typed) is None and typed not in self.errors:
                shown[typed] = number(hours)
        self.data = shown

    def hours(self, terms: LotTerms) -> Decimal | None:
        """Return the hours typed for a lot, else those of its new amount; None when nothing is told of it."""
        typed: Decimal | None = self.cleaned_data.get(f"hours_{terms.lot.pk}")
        delta: Decimal | None = self.cleaned_data.get(f"amount_{terms.lot.pk}")
        if typed is not None or delta is None:
            return typed
        if terms.inputs is None:
            return ZERO
        return hours_of_amendment(
            terms.inputs,
            before=terms.amount,
            delta=delta,
            trigger=self.trigger,
            ignored=terms.ignored,
        )

    def changes(self) -> list[LotChange]:
        """Return what the amendment changes, for the lots of which something is told."""
        return [
            LotChange(
                lot=terms.lot, amount=self.cleaned_data.get(f"amount_{terms.lot.pk}") or ZERO, hours=hours
            )
            for terms in self.lots
            if (hours := self.hours(terms)) is not None
        ]

    def told(self) -> dict[str, Any]:
        """Return the amendment as the action takes it."""
        given = self.cleaned_data
        return {
            "kind": AmendmentKind(given["kind"]),
            "notified_on": given["notified_on"],
            "months": given["months"],
            "article": AmendmentArticle(given["article"]) if given["article"] else None,
            "reason": given["reason"],
            "version": given["version"],
            "changes": self.changes(),
        }


class TransferForm(ContractForm):
    """« Changer de titulaire »: which lot, who takes it over, from when (R2194-6 CCP)."""

    lot = forms.ModelChoiceField(label="Lot", queryset=Lot.objects.none(), empty_label="Choisir…")
    siret = SiretField(label="SIRET du nouveau titulaire")
    name = NameField(
        label="Nom de l’entreprise",
        max_length=255,
        help_text="Il n’est pris en compte que si l’entreprise n’est pas encore connue ici.",
    )
    notified_on = DayField(label="Date de notification de l’avenant de transfert")
    reason = ParagraphField(label="Motif", max_length=500, required=False, rows=2)

    def __init__(self, data: QueryDict | None = None, *, tender: Tender, **more: Any) -> None:
        super().__init__(data, **more)
        lots = self.fields["lot"]
        if isinstance(lots, forms.ModelChoiceField):
            lots.queryset = tender.lots.filter(award__isnull=False).order_by("number")

    def told(self) -> dict[str, Any]:
        """Return the transfer as the amendment that it is."""
        given = self.cleaned_data
        successor = Told(siret=given["siret"], name=given["name"], company_kind=CompanyKind.ORDINARY)
        return {
            "kind": AmendmentKind.TRANSFER,
            "notified_on": given["notified_on"],
            "article": AmendmentArticle.NEW_CONTRACTOR,
            "reason": given["reason"],
            "version": given["version"],
            "changes": [LotChange(lot=given["lot"], successor=successor)],
        }


class RenewForm(SubmissionForm):
    """« Reconduire »: the next period, which follows the running one."""

    decided_on = DayField(label="Date de la décision")
    starts_on = DayField(label="Début de la période reconduite")
    ends_on = DayField(label="Fin de la période reconduite (incluse)")
    is_tacit = forms.BooleanField(label="Reconduction tacite", required=False, initial=True)

    def __init__(self, data: QueryDict | None = None, *, starts_on: date, ends_on: date, **more: Any) -> None:
        initial = {
            "starts_on": ends_on + timedelta(days=1),
            "ends_on": end_of_next(starts_on, ends_on=ends_on),
        }
        super().__init__(data, initial=initial, **more)


class TrancheForm(SubmissionForm):
    """« Décrire une tranche optionnelle » of a lot that is not notified yet."""

    number = CountField(label="Numéro de la tranche", min_value=1, max_value=99)
    amount = EurosField(label="Montant de la tranche", required=False)
    hours = HoursField(
        label="Heures d’insertion de la tranche",
        min_value=Decimal("0.01"),
        help_text="Elles s’ajoutent à celles du lot le jour où la tranche est affermie, pas avant.",
    )
    deadline_on = DayField(label="À affermir au plus tard le", required=False)


class AffirmForm(SubmissionForm):
    """« Affermir » an optional tranche."""

    affirmed_on = DayField(label="Date d’affermissement")


class InvoiceForm(SubmissionForm):
    """« Montants facturés »: one total since the beginning, at the end of a quarter."""

    quarter_end = forms.TypedChoiceField(label="À la fin du trimestre", coerce=date.fromisoformat)
    amount = EurosField(
        label="Total facturé depuis le début du marché",
        help_text="Toutes les commandes du lot, depuis la notification : pas seulement celles du trimestre.",
    )

    def __init__(self, data: QueryDict | None = None, *, quarters: list[date], **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["quarter_end"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Choisir…"), *((day.isoformat(), date_long(day)) for day in quarters)]


class SuspendForm(SubmissionForm):
    """« Suspendre » the execution."""

    starts_on = DayField(label="Exécution arrêtée à compter du")
    reason = ParagraphField(label="Motif", max_length=500, rows=2)


class ResumeForm(SubmissionForm):
    """« Reprendre » the execution, with its last day."""

    resumed_on = DayField(label="Exécution reprise le")
    ends_on = DayField(
        label="Nouvelle fin d’exécution (incluse)",
        help_text="La même qu’avant si l’arrêt ne prolonge pas le marché.",
    )


class TerminateForm(ContractForm):
    """« Résilier »: the last day of the execution."""

    last_on = DayField(label="Dernier jour d’exécution")
    reason = ParagraphField(label="Motif", max_length=500, rows=2)


class AsOfForm(forms.Form):
    """« Heures dues à une date »: the day, and what was known of it then."""

    le = DayField(label="Dues le", required=False)
    connu = DayField(label="Telles qu’on les connaissait le", required=False)
