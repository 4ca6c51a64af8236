"""The list of needs: columns and filters."""

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from beneficiaries.people.choices import CheckStatus
from beneficiaries.placements.choices import RequestKind, RequestStatus
from beneficiaries.placements.models import JobRequest
from beneficiaries.placements.selectors.tenders import CHECK_WORDS
from beneficiaries.placements.selectors.todos import without_candidate
from inclusiv.core.components.figures import status, two_lines
from inclusiv.core.french import date_short
from inclusiv.core.listing import Column, FilterForm, Listing

UNANSWERED = "SANS"
STATES = {
    RequestStatus.OPEN: "CATCH_UP",
    RequestStatus.FILLED: "DONE",
    RequestStatus.CANCELLED: "NEUTRAL",
}


class RequestFilters(FilterForm):
    """State and kind of a need."""

    etat = forms.ChoiceField(
        label="État",
        choices=[("", "Tous"), (UNANSWERED, "Sans candidat"), *RequestStatus.choices],
    )
    nature = forms.ChoiceField(label="Nature", choices=[("", "Toutes"), *RequestKind.choices])

    def narrow(self, rows: QuerySet[JobRequest]) -> QuerySet[JobRequest]:
        """Return the needs that pass."""
        chosen = self.cleaned_data
        if state := chosen.get("etat"):
            rows = without_candidate(rows) if state == UNANSWERED else rows.filter(status=state)
        if kind := chosen.get("nature"):
            rows = rows.filter(kind=kind)
        return rows


def post(row: JobRequest) -> SafeString:
    """Show the post, as a link to the need."""
    return two_lines(
        main=row.post,
        small=row.get_kind_display(),
        href=reverse("placements:request", args=[row.pk]),
    )


def tender(row: JobRequest) -> SafeString:
    """Name the tender and the lot."""
    lot = row.award.lot
    return two_lines(main=f"{lot.tender.title}, lot {lot.number}", small=lot.title, strong=False)


def company(row: JobRequest) -> SafeString:
    """Say who asks."""
    return two_lines(main=row.company.name, small=row.company.phone, strong=False)


def headcount(row: JobRequest) -> int:
    """Say how many people."""
    return row.headcount


def starts(row: JobRequest) -> str:
    """Say from when."""
    return date_short(row.starts_on)


def due(row: JobRequest) -> str:
    """Say when the answer is due."""
    return date_short(row.due_on)


def state(row: JobRequest) -> SafeString:
    """Draw the state of a need; of somebody named, the answer about their eligibility."""
    found = RequestStatus(row.status)
    check = getattr(row, "check_status", None)
    if found is RequestStatus.FILLED and row.kind == RequestKind.NAMED and check:
        look, word = CHECK_WORDS[CheckStatus(check)]
        return status(state=look, word=word)
    return status(state=STATES[found], word=found.label)


REQUESTS: Listing[JobRequest] = Listing(
    template="beneficiaries/placements/request_list.html",
    noun="besoin",
    columns=(
        Column(key="poste", label="Poste", cell=post, sort=("post",)),
        Column(key="entreprise", label="Entreprise", cell=company, sort=("company__folded_name",)),
        Column(key="marche", label="Marché", cell=tender),
        Column(key="personnes", label="Personnes", cell=headcount, sort=("headcount",), numeric=True),
        Column(key="debut", label="Début", cell=starts, sort=("starts_on",)),
        Column(key="reponse", label="Réponse avant le", cell=due, sort=("due_on",)),
        Column(key="etat", label="État", cell=state, sort=("-status",)),
    ),
    order=("-status", "due_on"),
    filters=RequestFilters,
    empty_title="Aucun besoin pour l’instant",
    empty_text="Les demandes de candidats et les personnes à faire valider viendront ici.",
)
"""Open needs first (« OPEN » comes last in the alphabet of the states), the nearest answer first."""
