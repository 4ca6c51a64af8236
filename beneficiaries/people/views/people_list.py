"""The list of the people whom a structure follows: columns, filters, export."""

from collections.abc import Mapping
from datetime import date
from functools import partial

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from beneficiaries.people.choices import SENSITIVE_CRITERIA, CheckStatus, Criterion
from beneficiaries.people.models import Dossier
from beneficiaries.people.selectors.lists import named, situations
from inclusiv.core.actors import Actor, Role
from inclusiv.core.components.figures import status, two_lines
from inclusiv.core.french import date_short
from inclusiv.core.listing import Column, FilterForm, Listing

NEVER_ASKED = "NONE"
STATES: Mapping[str, tuple[str, str]] = {
    CheckStatus.SUBMITTED: ("CATCH_UP", "À valider"),
    CheckStatus.VALIDATED: ("ON_TRACK", "Éligible"),
    CheckStatus.REFUSED: ("NEUTRAL", "Non éligible"),
}


class PeopleFilters(FilterForm):
    """Public, eligibility and situation."""

    public = forms.ChoiceField(label="Public", choices=[("", "Tous"), ("RSA", "RSA"), ("AUTRE", "Autres")])
    eligibilite = forms.ChoiceField(
        label="Éligibilité",
        choices=[
            ("", "Toutes"),
            *((state, word) for state, (_, word) in STATES.items()),
            (NEVER_ASKED, "Jamais demandée"),
        ],
    )
    situation = forms.ChoiceField(label="Situation")

    def prepare(self, rows: QuerySet[Dossier]) -> None:
        """Offer the situations that the apps know."""
        field = self.fields["situation"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Toutes"), *((one.key, one.label) for one in situations)]

    def narrow(self, rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
        """Return the dossiers that pass."""
        chosen = self.cleaned_data
        if public := chosen.get("public"):
            rows = rows.filter(Q(("is_rsa", public == "RSA")))
        if state := chosen.get("eligibilite"):
            rows = rows.filter(Q(("check_status", None if state == NEVER_ASKED else state)))
        if situation := chosen.get("situation"):
            rows = rows.filter(**{f"is_{situation}": True})
        return rows


def people_list(actor: Actor, *, on: date) -> Listing[Dossier]:
    """Return the list as this reader sees it on a day."""
    criterion = partial(criterion_of, everything=actor.role is Role.FACILITATOR)
    return Listing(
        template="beneficiaries/people/person_list.html",
        noun="personne",
        filename="personnes",
        columns=(
            Column(
                key="nom", label="Nom", cell=name, sort=("person__identity__folded_name",), export=last_name
            ),
            Column(key="prenom", label="Prénom", export=first_name),
            Column(key="commune", label="Commune", export=commune),
            Column(key="public", label="Public", cell=criterion, sort=("-is_rsa",), export=criterion),
            Column(key="metiers", label="Métiers recherchés", cell=trades, export=trades),
            Column(
                key="disponible",
                label="Disponible le",
                cell=partial(available_later, on=on),
                sort=("available_on",),
                export=available,
            ),
            Column(
                key="eligibilite", label="Éligibilité", cell=state, sort=("check_status",), export=state_word
            ),
            Column(key="situation", label="Situation", cell=situation_of, export=situation_of),
        ),
        order=("-is_rsa", "person__identity__folded_name"),
        search=named,
        search_hint="Nom, prénom…",
        filters=PeopleFilters,
        empty_title="Personne pour l’instant",
        empty_text="Les personnes que votre structure suit viendront ici.",
    )


def name(row: Dossier) -> SafeString:
    """Show who it is, as a link to their page; a purged identity leaves the dossier's code."""
    identity = getattr(row.person, "identity", None)
    return two_lines(
        main=str(identity or row.code),
        small=commune(row),
        href=reverse("people:person", args=[row.pk]),
    )


def last_name(row: Dossier) -> str:
    """Write the name."""
    identity = getattr(row.person, "identity", None)
    return identity.last_name if identity else row.code


def first_name(row: Dossier) -> str:
    """Write the first name."""
    identity = getattr(row.person, "identity", None)
    return identity.first_name if identity else ""


def commune(row: Dossier) -> str:
    """Say where the person lives."""
    identity = getattr(row.person, "identity", None)
    return str(identity.commune or "") if identity else ""


def criterion_of(row: Dossier, *, everything: bool) -> str:
    """Say RSA, or the main criterion as this reader may read it."""
    criteria: list[str] | None = getattr(row, "criteria", None)
    if not criteria:
        return ""
    first = Criterion(criteria[0])
    if first is Criterion.RSA:
        return "RSA"
    return first.label if everything or first not in SENSITIVE_CRITERIA else "Critère protégé"


def trades(row: Dossier) -> str:
    """Say what the person looks for."""
    return ", ".join(trade.label for trade in row.trades.all())


def available(row: Dossier) -> str:
    """Say from when the person is free."""
    return date_short(row.available_on) if row.available_on else ""


def available_later(row: Dossier, *, on: date) -> str:
    """Say from when the person is free, if it is still to come: the situation tells the rest."""
    return available(row) if row.available_on and row.available_on > on else ""


def state(row: Dossier) -> SafeString | str:
    """Draw the state of the latest eligibility."""
    shown = STATES.get(getattr(row, "check_status", None) or "")
    return status(state=shown[0], word=shown[1]) if shown else ""


def state_word(row: Dossier) -> str:
    """Write the state of the latest eligibility."""
    shown = STATES.get(getattr(row, "check_status", None) or "")
    return shown[1] if shown else ""


def situation_of(row: Dossier) -> str:
    """Say what is true of the person today."""
    return ", ".join(one.label for one in situations if getattr(row, f"is_{one.key}")).capitalize()
