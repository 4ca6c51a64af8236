"""Forms about needs, candidates and mises à l'emploi: short, for a phone first."""

from typing import Any

from django import forms
from django.utils import timezone

from beneficiaries.people.actions.people import Profile
from beneficiaries.people.forms import NOT_REMEMBERED, PhoneField
from beneficiaries.placements.actions import placements
from beneficiaries.placements.choices import Decline, Modality, Trouble
from beneficiaries.placements.models import JobRequest
from beneficiaries.placements.rules import EMPLOYERS, SECONDMENTS, WEEKLY_HOURS_MAX, Work, check_days
from beneficiaries.placements.selectors.tenders import companies_on, employers
from clauses.procurement.models import Award
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.forms import (
    CountField,
    DayField,
    HoursField,
    LineField,
    ParagraphField,
    SubmissionForm,
    check,
    offer,
)
from inclusiv.core.periods import paris_day
from inclusiv.core.stamps import StampedForm
from inclusiv.reference.forms import CommuneField
from inclusiv.reference.models import RomeCode

AGENCIES = frozenset(kind for modality in SECONDMENTS for kind in EMPLOYERS[modality])
"""Kinds of organisations that second people to a company."""


class WorkFields(forms.Form):
    """A post, asked alike in both forms; the company is asked of a facilitator who speaks for it."""

    company = forms.ModelChoiceField(label="Pour le compte de", queryset=Organisation.objects.none())
    post = LineField(label="Poste", max_length=150, help_text="Par exemple : aide-maçon, agent d’entretien.")
    starts_on = DayField(label="Premier jour de travail")
    ends_on = DayField(label="Fin prévue (incluse)", required=False)
    modality = forms.ChoiceField(label="Forme d’emploi", choices=Modality, initial=Modality.DIRECT_HIRE_CDD)
    weekly_hours = HoursField(label="Heures par semaine", max_value=WEEKLY_HOURS_MAX, initial=35)
    trade = forms.ModelChoiceField(
        label="Métier",
        queryset=RomeCode.objects.order_by("folded_label"),
        required=False,
        empty_label="Non précisé",
    )
    note = ParagraphField(
        label="Précisions",
        max_length=1000,
        required=False,
        help_text="Horaires, accès, équipement, formation prévue…",
    )

    def __init__(self, *args: Any, award: Award, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.award, self.actor = award, actor
        company = self.fields["company"]
        if actor.role is not Role.FACILITATOR:
            del self.fields["company"]
        elif isinstance(company, forms.ModelChoiceField):
            company.queryset = companies_on(award)
            company.empty_label = None

    def clean(self) -> dict[str, Any]:
        """Compare the dates with one another, and with those of the tender."""
        given = self.cleaned_data
        starts_on, ends_on = given.get("starts_on"), given.get("ends_on")
        if starts_on:
            check(self, check_days, starts_on, ends_on)
            check(self, placements.check_execution, self.award, starts_on, ends_on)
        return given

    def work(self) -> Work:
        """Return the post, as the actions take it."""
        given = self.cleaned_data
        place = given.get("place")
        return Work(
            post=given["post"],
            modality=Modality(given["modality"]),
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            weekly_hours=given["weekly_hours"],
            trade=given["trade"].pk if given["trade"] else None,
            place=place.pk if place else None,
        )

    def company_for(self) -> Organisation:
        """Return for whom the form speaks."""
        chosen: Organisation | None = self.cleaned_data.get("company")
        return chosen or Organisation.objects.visible_to(self.actor).get(pk=self.actor.organisation_id)


class AskForm(WorkFields, SubmissionForm):
    """« Demander un candidat »."""

    field_order = ("company", "post", "headcount", "starts_on", "ends_on", "place", "modality")

    headcount = CountField(label="Nombre de personnes", min_value=1, max_value=99, initial=1)
    place = CommuneField(label="Lieu de travail", required=False, help_text="Vide : la commune du marché.")


class NameForm(WorkFields, SubmissionForm):
    """« J'ai quelqu'un : faire valider »: the person, then the work."""

    field_order = (
        *("company", "first_name", "last_name", "birth_date", "phone"),
        *("post", "starts_on", "ends_on", "modality", "employer"),
    )

    first_name = LineField(label="Prénom", max_length=100, widget=forms.TextInput(NOT_REMEMBERED))
    last_name = LineField(label="Nom", max_length=100, widget=forms.TextInput(NOT_REMEMBERED))
    birth_date = DayField(label="Date de naissance")
    phone = PhoneField(required=False)
    employer = forms.ModelChoiceField(
        label="Agence ou association qui emploie la personne",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="Aucune, nous l’employons",
        help_text="Pour une mise à disposition ou de l’intérim.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "employer", employers(AGENCIES, since=paris_day(timezone.now())))

    def clean(self) -> dict[str, Any]:
        """Compare the age with the first day of work."""
        given = super().clean()
        birth_date, starts_on = given.get("birth_date"), given.get("starts_on")
        if birth_date and starts_on:
            check(self, placements.check_age, birth_date, starts_on)
        return given

    def profile(self) -> Profile:
        """Return who the person is, as the actions take it."""
        given = self.cleaned_data
        return Profile(**{name: given[name] for name in ("first_name", "last_name", "birth_date", "phone")})


class AcceptForm(SubmissionForm):
    """« Retenir » a candidate: from when, and who employs when it is an agency."""

    starts_on = DayField(label="Premier jour de travail")
    employer = forms.ModelChoiceField(
        label="Agence ou association qui emploie la personne",
        queryset=Organisation.objects.none(),
    )

    def __init__(self, *args: Any, job_request: JobRequest, **kwargs: Any) -> None:
        super().__init__(*args, initial={"starts_on": job_request.starts_on}, **kwargs)
        modality = Modality(job_request.modality)
        if modality in SECONDMENTS:
            offer(self, "employer", employers(EMPLOYERS[modality], since=paris_day(timezone.now())))
        else:
            del self.fields["employer"]


class DeclineForm(SubmissionForm):
    """« Ne pas retenir » a candidate, and why."""

    reason = forms.ChoiceField(
        label="Pourquoi",
        choices=[choice for choice in Decline.choices if choice[0] != Decline.CANCELLED],
        widget=forms.RadioSelect,
        help_text="La structure qui suit la personne lira cette raison.",
    )


class EndForm(StampedForm):
    """« Signaler un départ ou un problème »; host and agency may both tell the last day, neither over the other's."""

    changed = (
        "Le dernier jour a été indiqué par quelqu’un d’autre entre-temps : rechargez la page, et relisez-le."
    )
    trouble = forms.ChoiceField(
        label="Que se passe-t-il ?", choices=Trouble, widget=forms.RadioSelect, initial=Trouble.DEPARTURE
    )
    ended_on = DayField(label="Dernier jour de travail, en cas de départ", required=False)
    replace = forms.BooleanField(label="Demander une autre personne pour ce poste", required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the last day of a departure."""
        given = super().clean()
        if self.is_departure() and not given.get("ended_on") and "ended_on" not in self.errors:
            self.add_error("ended_on", "Indiquez le dernier jour de travail.")
        return given

    def is_departure(self) -> bool:
        """Say whether the person leaves; anything else is only told."""
        return self.cleaned_data.get("trouble") == Trouble.DEPARTURE
