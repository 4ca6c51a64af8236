"""Forms about people: who they are, what they look for, the documents of an eligibility."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory

from beneficiaries.people.actions.people import Profile
from beneficiaries.people.choices import Criterion, EducationLevel, EvidenceKind, Mobility, Refusal, Sex
from beneficiaries.people.models import Dossier, Evidence
from beneficiaries.people.rules import texts
from beneficiaries.people.rules.documents import check_validity
from beneficiaries.people.rules.facts import Proof
from inclusiv.core.forms import (
    DayField,
    EditForm,
    LineField,
    MailField,
    ParagraphField,
    SubmissionForm,
    check,
)
from inclusiv.core.french import quoted
from inclusiv.reference.forms import CommuneField
from inclusiv.reference.models import RomeCode

SPARE_ROWS = 2
"""Empty rows offered for documents, besides those already noted."""

DOCUMENTS = 20
"""How many documents a check may hold; a page with more rows than twice as many is not drawn."""


NOT_REMEMBERED = {"autocomplete": "off"}
"""Of who somebody else is: the browser keeps nothing of it, to suggest to the next one at the same computer."""


class PhoneField(forms.CharField):
    """A French telephone, typed in any usual way; cleans to « +33612345678 », or an empty text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "Téléphone", "max_length": 30, **kwargs})
        self.widget.input_type = "tel"
        self.widget.attrs |= NOT_REMEMBERED

    def clean(self, value: Any) -> str:
        """Return the telephone as it is stored; a premium number is refused for a person."""
        typed = super().clean(value)
        stored = texts.e164(typed) if typed else ""
        if stored is None:
            raise ValidationError(
                f"{quoted(typed)} n’est pas un numéro où joindre quelqu’un : dix chiffres, par exemple 06 12 34 56 78.",
                code="invalid",
            )
        return stored

    def prepare_value(self, value: Any) -> Any:
        """Show a stored telephone as it is read."""
        return texts.printed(value) if isinstance(value, str) else value


class PersonFields(forms.Form):
    """Who the person is and what they look for; the order is that of a conversation."""

    first_name = LineField(label="Prénom", max_length=100, widget=forms.TextInput(NOT_REMEMBERED))
    last_name = LineField(label="Nom", max_length=100, widget=forms.TextInput(NOT_REMEMBERED))
    birth_date = DayField(label="Date de naissance")
    sex = forms.ChoiceField(label="Sexe", choices=Sex, widget=forms.RadioSelect, initial=Sex.X)
    commune = CommuneField(label="Commune où la personne habite", required=False)
    phone = PhoneField(required=False)
    email = MailField(label="Adresse e-mail", required=False, widget=forms.EmailInput(NOT_REMEMBERED))
    trades = forms.ModelMultipleChoiceField(
        label="Métiers recherchés",
        queryset=RomeCode.objects.order_by("folded_label"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    available_on = DayField(label="Disponible à partir du", required=False)
    mobility = forms.ChoiceField(
        label="Comment la personne se déplace", choices=Mobility, initial=Mobility.UNKNOWN
    )
    education = forms.ChoiceField(
        label="Diplôme le plus élevé",
        choices=[("", "Non renseigné"), *EducationLevel.choices],
        required=False,
    )

    def profile(self) -> Profile:
        """Return what was typed, as the actions take it."""
        given = self.cleaned_data
        commune = given["commune"]
        return Profile(
            first_name=given["first_name"],
            last_name=given["last_name"],
            birth_date=given["birth_date"],
            sex=Sex(given["sex"]),
            commune=commune.pk if commune else None,
            phone=given["phone"],
            email=given["email"],
            trades=tuple(trade.pk for trade in given["trades"]),
            available_on=given["available_on"],
            mobility=Mobility(given["mobility"]),
            education=given["education"],
        )


class NewPersonForm(PersonFields, SubmissionForm):
    """« Nouvelle personne »; `confirmed` is asked once somebody looks alike."""

    confirmed = forms.BooleanField(
        label="Ce n’est pas la même personne : l’enregistrer quand même", required=False
    )


class ChangePersonForm(PersonFields, EditForm):
    """Correct what is told about a person, prepared on the version of the dossier that was read."""


def known(dossier: Dossier) -> dict[str, Any]:
    """Return what a form shows of a dossier before anything is typed."""
    identity = dossier.person.identity
    return {
        **{name: getattr(identity, name) for name in ("first_name", "last_name", "birth_date", "commune")},
        **{name: getattr(identity, name) for name in ("phone", "email")},
        **{name: getattr(dossier, name) for name in ("available_on", "mobility", "education", "version")},
        "sex": dossier.person.sex,
        "trades": list(dossier.trades.all()),
    }


class AskForm(SubmissionForm):
    """A new question of eligibility: the first day of work is all that it needs to begin."""

    reference_date = DayField(
        label="Premier jour de travail prévu",
        help_text="La situation de la personne est examinée à cette date.",
    )


class EvidenceForm(forms.Form):
    """One document: what it proves, its kind, its dates."""

    criterion = forms.ChoiceField(
        label="Critère",
        choices=[("", "Choisir…"), *Criterion.choices],
        error_messages={"required": "Dites ce que ce document prouve."},
    )
    kind = forms.ChoiceField(
        label="Document vu",
        choices=[("", "Choisir…"), *EvidenceKind.choices],
        error_messages={"required": "Dites quel document vous avez vu."},
    )
    issued_on = DayField(label="Daté du", required=False)
    valid_until = DayField(label="Valable jusqu’au", required=False)
    since = DayField(
        label="Situation depuis le",
        required=False,
        help_text="Inscription, droit ouvert, sortie d’études, fin de suivi…",
    )
    worked_months = forms.IntegerField(
        label="Mois travaillés sur 12",
        required=False,
        help_text="Pour le chômage de longue durée.",
        min_value=0,
        max_value=12,
        error_messages={"max_value": "Une année compte douze mois.", "min_value": "Zéro ou plus."},
    )

    def clean(self) -> dict[str, Any]:
        """Compare the dates with one another."""
        given = self.cleaned_data
        check(self, check_validity, given.get("issued_on"), given.get("valid_until"))
        return given

    def proof(self) -> Proof:
        """Return what the rules read of the document."""
        given = self.cleaned_data
        return Proof(
            criterion=Criterion(given["criterion"]),
            kind=EvidenceKind(given["kind"]),
            issued_on=given["issued_on"],
            valid_until=given["valid_until"],
            since=given["since"],
            worked_months=given["worked_months"],
        )


if TYPE_CHECKING:
    EvidenceForms = BaseFormSet[EvidenceForm]
else:
    EvidenceForms = BaseFormSet


class EvidenceSet(EvidenceForms):
    """The documents of a check: those noted, and spare rows."""

    default_error_messages = {
        **BaseFormSet.default_error_messages,
        "too_many_forms": f"Notez au plus {DOCUMENTS} documents.",
    }

    def proofs(self) -> list[Proof]:
        """Return the documents noted or typed; empty rows and rows taken away are left out."""
        told = [form for form in self.forms if form.cleaned_data.get("criterion")]
        return [form.proof() for form in told if form not in self.deleted_forms]

    def add_fields(self, form: EvidenceForm, index: int | None) -> None:
        """Call the box that takes a row away by its name."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Retirer ce document"


def evidence_set(data: Mapping[str, Any] | None, evidence: list[Evidence]) -> EvidenceSet:
    """Return the set of documents of a check, as typed or as noted."""
    kind = formset_factory(
        EvidenceForm,
        formset=EvidenceSet,
        extra=SPARE_ROWS,
        can_delete=True,
        max_num=DOCUMENTS,
        absolute_max=2 * DOCUMENTS,
        validate_max=True,
    )
    names = EvidenceForm.base_fields
    noted = [{name: getattr(one, name) for name in names} for one in evidence]
    return cast("EvidenceSet", kind(data, initial=noted, prefix="documents"))


class DecisionForm(EditForm):
    """What goes with the documents: the version that was read, and why a validation comes late.

    The reason is asked as soon as the first day has passed, but only who validates has to give it.
    """

    reason = ParagraphField(
        label="Pourquoi la validation vient après le premier jour",
        max_length=1000,
        rows=2,
        error_messages={"required": "Le premier jour est passé : dites pourquoi la validation vient après."},
    )

    def __init__(self, *args: Any, is_late: bool, decision: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_late and decision in {"", "validate"}


class RefuseForm(EditForm):
    """Why a person is not eligible."""

    refusals = forms.MultipleChoiceField(
        label="Motifs",
        choices=Refusal,
        widget=forms.CheckboxSelectMultiple,
        help_text="L’entreprise et la personne liront ces mots.",
    )
    reason = ParagraphField(
        label="Précisions pour votre équipe",
        required=False,
        max_length=1000,
        rows=2,
    )
