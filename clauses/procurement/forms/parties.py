"""Forms of who buys: the operation, the members of the group, the delegate."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from clauses.procurement.forms.tenders import choose
from clauses.procurement.models import Operation, Tender
from clauses.procurement.rules.operations import OPEN
from clauses.procurement.rules.tenders import check_period
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.forms import DayField, EditForm, LineField, SubmissionForm, check, offer


class JoinOperationForm(SubmissionForm):
    """Gather a tender in an operation already there, or in a new one."""

    operation = forms.ModelChoiceField(
        label="Opération",
        queryset=Operation.objects.none(),
        required=False,
        empty_label="Une nouvelle opération",
    )
    title = LineField(label="Intitulé de la nouvelle opération", max_length=255, required=False)

    def __init__(self, *args: Any, actor: Actor, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: QuerySet[Operation] = Operation.objects.visible_to(actor).filter(
            buyer=tender.buyer_id, status__in=OPEN
        )
        offer(self, "operation", offered.order_by("title"))

    def clean(self) -> dict[str, Any]:
        """Ask for the name of a new operation."""
        given = self.cleaned_data
        if not given.get("operation") and not given.get("title") and "title" not in self.errors:
            self.add_error("title", "Choisissez une opération, ou donnez l’intitulé d’une nouvelle.")
        return given


class MemberForm(SubmissionForm):
    """Add a member of the buying group."""

    member = forms.ModelChoiceField(
        label="Acheteur membre", queryset=Organisation.objects.none(), empty_label="Choisir…"
    )

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "member", Role.BUYER, actor=actor, on=today)


class DelegateForm(SubmissionForm):
    """Name who acts in the buyer's place."""

    delegate = forms.ModelChoiceField(
        label="Organisation délégataire", queryset=Organisation.objects.none(), empty_label="Choisir…"
    )
    starts_on = DayField(label="À compter du")
    ends_on = DayField(label="Jusqu’au (inclus)", required=False)

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "delegate", Role.BUYER, actor=actor, on=today)

    def clean(self) -> dict[str, Any]:
        """Compare the days."""
        check(self, check_period, self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on"))
        return self.cleaned_data


TOLD = ("title", "reference", "is_anru", "starts_on", "ends_on")
"""What is told of an operation."""


class OperationForm(EditForm):
    """Correct an operation, prepared on the version that was read."""

    title = LineField(label="Intitulé", max_length=255)
    reference = LineField(is_number=True, label="Référence", max_length=40, required=False)
    is_anru = forms.BooleanField(label="Projet de renouvellement urbain (ANRU)", required=False)
    starts_on = DayField(label="Début prévu", required=False)
    ends_on = DayField(label="Fin prévue (incluse)", required=False)

    def __init__(self, *args: Any, operation: Operation, **kwargs: Any) -> None:
        names = (*TOLD, "version")
        super().__init__(*args, initial={name: getattr(operation, name) for name in names}, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Compare the days."""
        check(self, check_period, self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on"))
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        """Return what was typed, as the action takes it."""
        return {name: self.cleaned_data[name] for name in TOLD}
