"""« Opérations et groupements »: the operations, and beside them the tenders that several buyers buy together."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, F, IntegerField, Value, When
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from clauses.procurement.choices import OperationStatus, Permission, TenderStatus
from clauses.procurement.forms.filters import GroupFilters, OperationFilters
from clauses.procurement.models import Operation, Tender
from clauses.procurement.selectors.parties import (
    grouped_tenders,
    groups_named,
    operations_named,
    operations_of,
)
from clauses.procurement.selectors.tenders import list_crumb
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Actor
from inclusiv.core.components.figures import status, two_lines
from inclusiv.core.components.screens import Crumb, Tab
from inclusiv.core.fields import Fold
from inclusiv.core.french import date_short, listed
from inclusiv.core.listing import Column, Listing

STATES = {
    OperationStatus.DRAFT: "CATCH_UP",
    OperationStatus.ACTIVE: "ON_TRACK",
    OperationStatus.COMPLETED: "DONE",
    OperationStatus.ARCHIVED: "NEUTRAL",
}


def in_order(states: Iterable[str]) -> Case:
    """Return the sort of rows by their state, in the order of a life."""
    ranks = (When(status=state, then=Value(rank)) for rank, state in enumerate(states))
    return Case(*ranks, output_field=IntegerField())


def operation_cell(row: Operation) -> SafeString:
    """Show the title, as a link to the operation."""
    return two_lines(
        main=row.title, small=row.reference, href=reverse("procurement:operation", args=[row.pk])
    )


def operation_state(row: Operation) -> SafeString:
    """Draw the state of an operation."""
    return status(state=STATES[OperationStatus(row.status)], word=row.get_status_display())


def tenders_count(row: Operation) -> int:
    """Say how many tenders it gathers."""
    count: int = vars(row)["count"]
    return count


def period(row: Operation) -> str | None:
    """Say from when to when, as far as it is known."""
    first, last = row.starts_on, row.ends_on
    if first and last:
        return f"du {date_short(first)} au {date_short(last)}"
    if first:
        return f"à partir du {date_short(first)}"
    return f"jusqu’au {date_short(last)}" if last else None


OPERATIONS = Listing[Operation](
    template="clauses/procurement/operation_list.html",
    noun="opération",
    filename="operations",
    columns=(
        Column(
            key="operation", label="Opération", cell=operation_cell, sort=Fold("title"), export=lambda row: row.title
        ),
        Column(key="reference", label="Référence", export=lambda row: row.reference),
        Column(
            key="acheteur", label="Acheteur", cell=lambda row: row.buyer, sort="buyer__folded_name",
            export=lambda row: row.buyer.name,
        ),
        Column(
            key="marches", label="Marchés", cell=tenders_count, sort="count", export=tenders_count, numeric=True
        ),
        Column(key="periode", label="Période prévue", cell=period, sort=F("starts_on")),
        Column(key="debut", label="Début prévu", export=lambda row: row.starts_on),
        Column(key="fin", label="Fin prévue", export=lambda row: row.ends_on),
        Column(key="anru", label="Projet ANRU", export=lambda row: "oui" if row.is_anru else "non"),
        Column(
            key="etat", label="État", cell=operation_state, sort=in_order(OperationStatus),
            export=lambda row: row.get_status_display(),
        ),
    ),
    order=("-created_at",),
    search=operations_named,
    search_hint="Opération, référence, acheteur",
    filters=OperationFilters,
    empty_title="Aucune opération",
    empty_text="Une opération rassemble les marchés d’un même projet. Elle s’ouvre depuis la page d’un marché, à"
    " « Qui achète : opération, groupement, délégation ».",
)  # fmt: skip


def group_cell(row: Tender) -> SafeString:
    """Show the object, as a link to the tender."""
    return two_lines(main=row.title, small=row.reference, href=reverse("procurement:tender", args=[row.pk]))


def members(row: Tender) -> str:
    """Name the members of the group."""
    return listed(str(member.organisation) for member in row.grouped_buyers.all())


GROUPS = Listing[Tender](
    template="clauses/procurement/operation_list.html",
    noun="marché en groupement|marchés en groupement",
    filename="groupements-de-commandes",
    columns=(
        Column(key="marche", label="Marché", cell=group_cell, sort="folded_title", export=lambda row: row.title),
        Column(key="numero", label="Numéro", export=lambda row: row.reference),
        Column(
            key="coordonnateur", label="Coordonnateur", cell=lambda row: row.buyer, sort="buyer__folded_name",
            export=lambda row: row.buyer.name,
        ),
        Column(key="membres", label="Membres", cell=members, export=members),
        Column(
            key="etat", label="Étape", cell=lambda row: status(state="NEUTRAL", word=row.get_status_display()),
            sort=in_order(TenderStatus), export=lambda row: row.get_status_display(),
        ),
    ),
    order=("-created_at",),
    search=groups_named,
    search_hint="Marché, coordonnateur, membre",
    filters=GroupFilters,
    empty_title="Aucun marché en groupement",
    empty_text="Plusieurs acheteurs qui achètent ensemble forment un groupement de commandes. Son coordonnateur en"
    " indique les membres depuis la page du marché, à « Qui achète : opération, groupement, délégation ».",
)  # fmt: skip


def frame(actor: Actor, here: str) -> dict[str, Any]:
    """Return what surrounds both lists: the way there, and the way from one to the other."""
    pages = (("Opérations", "procurement:operations"), ("Groupements", "procurement:groups"))
    return {
        "title": "Groupements de commandes" if here == "Groupements" else here,
        "tabs": [Tab(label=label, url=reverse(name), current=label == here) for label, name in pages],
        "trail": [list_crumb(actor), Crumb(label="Opérations et groupements")],
    }


@require_safe
@requires(Permission.REGISTER_TENDER)
def operations(request: ActorRequest) -> HttpResponseBase:
    """List the operations."""
    return OPERATIONS.answer(
        request,
        operations_of(request.actor),
        bare=Operation.objects.visible_to(request.actor),
        context=frame(request.actor, "Opérations"),
    )


@require_safe
@requires(Permission.REGISTER_TENDER)
def groups(request: ActorRequest) -> HttpResponseBase:
    """List the tenders bought by a group, whether one coordinates it or only belongs to it."""
    return GROUPS.answer(request, grouped_tenders(request.actor), context=frame(request.actor, "Groupements"))
