"""From the list that a reader narrowed to what its report says."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import QueryDict

from clauses.procurement.models import Lot
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import listed
from inclusiv.core.listing import Query
from inclusiv.core.periods import paris_day
from inclusiv.core.quantities import ZERO
from reporting.followup.choices import Standing
from reporting.followup.selectors.standings import LotRow, Today, forecast, today, with_standing
from reporting.followup.selectors.totals import lent_to, totals
from reporting.followup.views import cells
from reporting.followup.views.lot_list import lot_list
from reporting.publication.documents.portfolio import Portfolio, PortfolioLine


def lots_of(actor: Actor) -> QuerySet[Lot]:
    """Return the lots that a report may hold: colleagues read it for ever, so none that a mandate lends to a buyer."""
    return Lot.objects.visible_to(actor).exclude(lent_to(actor))


def leaves_out(actor: Actor) -> bool:
    """Say whether the reader follows lots that a report may not hold."""
    return Lot.objects.visible_to(actor).filter(lent_to(actor)).exists()


def list_of(actor: Actor, narrowed_by: QueryDict, *, day: Today) -> Query[LotRow]:
    """Return the list of lots of a reader, narrowed and ordered as its address says."""
    lots = lots_of(actor)
    rows = with_standing(lots, actor=actor, day=day)
    return Query(listing=lot_list(actor, day), data=narrowed_by, rows=rows, bare=lots)


def perimeter_of(query: Query[LotRow]) -> str:
    """Return in words what a list was narrowed by: « Tous les lots », « Lots : état Action nécessaire »."""
    said = [f"recherche « {query.text} »"] if query.text else []
    if query.form:
        said += query.form.in_words()
    return f"Lots retenus : {listed(said)}" if said else "Tous les lots suivis"


def portfolio_of(actor: Actor, narrowed_by: str, *, code: str, at: datetime) -> Portfolio:
    """Return what the report of a list says, as known at an instant, in a bounded number of queries.

    Who narrows a list reads nobody's situation: two lists that differ by one lot would tell that of whoever works there.
    Facilitators read the files anyway.
    """
    day = today(paris_day(at))
    query = list_of(actor, QueryDict(narrowed_by), day=day)
    rows = list(query.narrowed)
    lots = Lot.objects.filter(pk__in=[row.pk for row in rows])
    summed = totals(lots, actor=actor, on=day.on, people_told_from=day.people_told_from)
    is_own = actor.role is Role.BUYER
    is_whole = len(rows) == lots_of(actor).count()
    return Portfolio(
        reader=actor.organisation,
        is_own=is_own,
        perimeter=perimeter_of(query),
        code=code,
        cut_off=at,
        tenders=summed.tenders,
        owed=summed.owed,
        done=summed.done,
        people=summed.people,
        rsa=summed.rsa if summed.tells_rsa and (is_whole or actor.role is Role.FACILITATOR) else None,
        lines=tuple(line_of(row, day, is_own=is_own) for row in rows),
    )


def line_of(row: LotRow, day: Today, *, is_own: bool) -> PortfolioLine:
    """Return a lot as the report prints it."""
    standing = Standing(row.standing)
    return PortfolioLine(
        tender=row.tender.reference,
        title=row.tender.title,
        lot=str(row.number),
        buyer="" if is_own else row.tender.buyer.name,
        contractor=cells.contractor(row),
        owed=row.owed,
        done=row.done,
        pending=row.pending or ZERO,
        standing=standing,
        word=cells.waiting_word(row) if standing is Standing.UPCOMING else standing.label,
        ends_on=row.tender.ends_on,
        forecast=forecast(row, day),
    )
