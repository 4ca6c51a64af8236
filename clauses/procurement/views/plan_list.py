"""« Plans d’achats »: the yearly plans already read, and what became of their lines."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from clauses.procurement.choices import LineOutcome, Permission
from clauses.procurement.forms.filters import IMPORTED, WAITING, PlanFilters
from clauses.procurement.models import PurchasePlan
from clauses.procurement.selectors.tenders import list_crumb
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.components.figures import status, two_lines
from inclusiv.core.components.screens import Crumb
from inclusiv.core.fields import Fold
from inclusiv.core.french import date_short
from inclusiv.core.listing import Column, Listing
from inclusiv.core.periods import paris_day


def matching(rows: QuerySet[PurchasePlan], text: str) -> QuerySet[PurchasePlan]:
    """Return the plans whose file, buyer or reader contains the text, accents aside."""
    folded = Fold(Value(text))
    return rows.alias(folded_file=Fold("name"), folded_reader=Fold("read_by")).filter(
        Q(folded_file__contains=folded)
        | Q(folded_reader__contains=folded)
        | Q(buyer__folded_name__contains=folded)
    )


def plan_cell(row: PurchasePlan) -> SafeString:
    """Show the year, as a link to the lines, and the name of the file."""
    return two_lines(main=str(row), small=row.name, href=reverse("procurement:plan", args=[row.pk]))


def read_cell(row: PurchasePlan) -> SafeString:
    """Show when it was read, and by whom."""
    return two_lines(main=date_short(paris_day(row.read_at)), small=row.read_by, strong=False)


def state_word(row: PurchasePlan) -> str:
    """Say whether its lines became tenders."""
    return IMPORTED if row.confirmed_at else WAITING


def state_cell(row: PurchasePlan) -> SafeString:
    """Draw the state."""
    return status(state="DONE" if row.confirmed_at else "CATCH_UP", word=state_word(row))


def counted(name: str) -> Any:
    """Return the reader of a count of lines."""
    return lambda row: vars(row)[name]


PLANS = Listing[PurchasePlan](
    template="clauses/procurement/plan_list.html",
    noun="plan d’achats|plans d’achats",
    filename="plans-d-achats",
    columns=(
        Column(key="plan", label="Plan", cell=plan_cell, sort=("year", "name"), export=lambda row: row.year),
        Column(key="fichier", label="Fichier", export=lambda row: row.name),
        Column(
            key="acheteur", label="Acheteur", cell=lambda row: row.buyer, sort="buyer__folded_name",
            export=lambda row: row.buyer.name,
        ),
        Column(key="lu", label="Lu le", cell=read_cell, sort="read_at", export=lambda row: paris_day(row.read_at)),
        Column(key="lu-par", label="Lu par", export=lambda row: row.read_by),
        Column(
            key="lignes", label="Lignes", cell=counted("lines_count"), sort="lines_count",
            export=counted("lines_count"), numeric=True,
        ),
        Column(
            key="crees", label="Marchés créés", cell=counted("created_count"), sort="created_count",
            export=counted("created_count"), numeric=True,
        ),
        Column(
            key="refusees", label="Lignes refusées", cell=counted("refused_count"), sort="refused_count",
            export=counted("refused_count"), numeric=True,
        ),
        Column(key="etat", label="État", cell=state_cell, sort=F("confirmed_at"), export=state_word),
    ),
    order=("-read_at",),
    search=matching,
    search_hint="Fichier, acheteur, personne",
    filters=PlanFilters,
    empty_title="Aucun plan d’achats",
    empty_text="Importez la programmation de l’année depuis votre tableur : chaque ligne devient un marché à l’étape"
    " « Programmation ».",
)  # fmt: skip


def with_counts(rows: QuerySet[PurchasePlan]) -> QuerySet[PurchasePlan]:
    """Count the lines of each plan, those that gave a tender and those that were refused."""
    return rows.select_related("buyer").annotate(
        lines_count=Count("lines"),
        created_count=Count("lines", filter=Q(lines__outcome=LineOutcome.CREATED)),
        refused_count=Count("lines", filter=Q(lines__outcome=LineOutcome.REFUSED)),
    )


@require_safe
@requires(Permission.REGISTER_TENDER)
def imported(request: ActorRequest) -> HttpResponseBase:
    """List the plans already read."""
    plans = PurchasePlan.objects.visible_to(request.actor)
    trail = [list_crumb(request.actor), Crumb(label="Plans d’achats")]
    return PLANS.answer(request, with_counts(plans), bare=plans, context={"trail": trail})
