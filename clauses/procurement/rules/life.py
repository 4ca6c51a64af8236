"""What a notified contract accepts: amendments, renewals, affirmed tranches, invoices, suspension, termination.

Sources: DOMAIN.md 2.1 and 2.2. A check returns nothing when all is well and raises Refused otherwise.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from clauses.procurement.choices import AmendmentArticle
from clauses.procurement.rules.tenders import check_past
from inclusiv.core.french import date_short, euros, percent
from inclusiv.core.periods import YEARS, month_end, months_between
from inclusiv.core.quantities import ZERO
from inclusiv.core.refusals import Refused

LOW_VALUE_WORKS, LOW_VALUE_OTHERS = Decimal("0.15"), Decimal("0.10")
"""Part of the amount under which R2194-8 holds, for works and for the rest (DOMAIN.md 2.1)."""

TRANCHES_MAX = 150
"""As many as lots: real contracts stay far below."""

HALF = Decimal("0.50")
"""Part of the amount that an amendment of R2194-2 or R2194-5 does not exceed."""


def check_amendment(
    *, notified_on: date, tender_notified_on: date, today: date, changes: int, months: int
) -> None:
    """Refuse an amendment dated before the notification or after today, or that changes neither a lot nor the end."""
    check_past(notified_on, today=today, what="La notification de l’avenant", field="notified_on")
    if notified_on < tender_notified_on:
        raise Refused(
            "amendment_before_notification",
            f"Un avenant ne peut pas précéder la notification du marché ({date_short(tender_notified_on)}).",
            field="notified_on",
        )
    if not changes and not months:
        raise Refused(
            "no_change",
            "Indiquez ce que l’avenant change : un lot au moins, ou les mois ajoutés à l’exécution.",
        )


def doubt_on_amount(
    article: AmendmentArticle | None,
    *,
    amount: Decimal,
    delta: Decimal,
    before: Decimal = ZERO,
    is_works: bool,
) -> str:
    """Return what deserves a second look in an amendment's amount, or nothing (R2194-3, R2194-8, R2194-9).

    `amount` is the contract's first one. Amendments of low value add up: `before` is what the former ones made.
    """
    if not amount or article is None:
        return ""
    if article is AmendmentArticle.LOW_VALUE:
        delta += before
    limits = {
        AmendmentArticle.LOW_VALUE: LOW_VALUE_WORKS if is_works else LOW_VALUE_OTHERS,
        AmendmentArticle.ADDITIONAL: HALF,
        AmendmentArticle.UNFORESEEN: HALF,
    }
    limit = limits.get(article)
    if limit is None or abs(delta) <= amount * limit:
        return ""
    return (
        f"{euros(abs(delta))} HT{_in_all(article, before)} font {percent(abs(delta) * 100 / amount)} du montant initial : l’article {article.value}"
        f" s’arrête à {percent(limit * 100)}. À vérifier avec l’acheteur."
    )


def _in_all(article: AmendmentArticle, before: Decimal) -> str:
    return " en tout" if before and article is AmendmentArticle.LOW_VALUE else ""


def end_after(ends_on: date, *, months: int) -> date:
    """Return the last day of an execution that an amendment lengthens or shortens by so many months.

    An end at the end of a month stays there. Raises Refused beyond the days that a form takes: amendments add up.
    """
    moved = ends_on + relativedelta(months=months)
    if moved.year not in YEARS:
        raise Refused(
            "lasts_too_long",
            f"L’exécution irait jusqu’au {date_short(moved)} : vérifiez le nombre de mois.",
            field="months",
        )
    return month_end(moved) if ends_on == month_end(ends_on) else moved


def end_of_next(starts_on: date, *, ends_on: date) -> date:
    """Return the last day of a period as long as the one before: in whole months when that one was, else in days."""
    length = relativedelta(ends_on + timedelta(days=1), starts_on)
    if length.days:
        return ends_on + (ends_on - starts_on) + timedelta(days=1)
    return (
        ends_on
        + timedelta(days=1)
        + relativedelta(years=length.years, months=length.months)
        - timedelta(days=1)
    )


def check_renewal(
    *, number: int, allowed: int, starts_on: date, ends_on: date, after: date, decided_on: date, today: date
) -> None:
    """Refuse a renewal beyond those the contract allows, or that does not follow the period before.

    A renewal is decided at the latest on the day when its period begins.
    """
    check_past(decided_on, today=today, what="La décision", field="decided_on")
    if number > allowed:
        said = (
            f"prévoit {allowed} reconduction{'s' if allowed > 1 else ''}"
            if allowed
            else "n’en prévoit aucune"
        )
        raise Refused(
            "too_many_renewals", f"Ce marché {said} : corrigez-le d’abord, ou passez par un avenant."
        )
    if starts_on != after + timedelta(days=1):
        raise Refused(
            "renewal_with_a_gap",
            f"La reconduction commence le {date_short(after + timedelta(days=1))}, lendemain de la période en cours.",
            field="starts_on",
        )
    if ends_on < starts_on:
        raise Refused("renewal_ends_before", "La période finit avant de commencer.", field="ends_on")
    if decided_on > starts_on:
        raise Refused(
            "renewal_decided_late",
            f"La décision ({date_short(decided_on)}) vient après le début de la période"
            f" ({date_short(starts_on)}).",
            field="decided_on",
        )


def check_affirmed(
    affirmed_on: date,
    *,
    already: date | None,
    deadline_on: date | None,
    notified_on: date,
    ends_on: date,
    today: date,
) -> None:
    """Refuse a tranche affirmed twice, before the notification, after its deadline, the execution or today."""
    if already:
        raise Refused("already_affirmed", f"Cette tranche est affermie depuis le {date_short(already)}.")
    check_past(affirmed_on, today=today, what="L’affermissement", field="affirmed_on")
    if affirmed_on < notified_on:
        raise Refused(
            "affirmed_before_notification",
            f"Une tranche ne s’affermit pas avant la notification du marché ({date_short(notified_on)}).",
            field="affirmed_on",
        )
    if deadline_on and affirmed_on > deadline_on:
        raise Refused(
            "affirmed_too_late",
            f"Cette tranche devait être affermie avant le {date_short(deadline_on)} (inclus).",
            field="affirmed_on",
        )
    if affirmed_on > ends_on:
        raise Refused(
            "affirmed_after_execution",
            f"L’exécution a fini le {date_short(ends_on)} : une tranche affermie après n’aurait pas un jour.",
            field="affirmed_on",
        )


def check_invoiced(
    amount: Decimal, *, quarter_end: date, known: Iterable[tuple[date, Decimal]], today: date
) -> None:
    """Refuse a total since the beginning that goes down, or that comes before one already told.

    `known` are the totals told, by the last day of their quarter.
    """
    check_past(quarter_end, today=today, what="La fin du trimestre", field="quarter_end")
    last = max(known, default=None)
    if last is None:
        return
    day, total = last
    if quarter_end <= day:
        raise Refused(
            "invoices_in_order",
            f"Le total est déjà connu au {date_short(day)} : indiquez un trimestre suivant.",
            field="quarter_end",
        )
    if amount < total:
        raise Refused(
            "invoices_go_down",
            f"Le total facturé depuis le début était déjà de {euros(total)} HT au {date_short(day)} :"
            " il ne peut pas baisser.",
            field="amount",
        )


def check_within(day: date, *, starts_on: date, ends_on: date, what: str, field: str, today: date) -> None:
    """Refuse a fact dated after today, or outside the days of the execution."""
    check_past(day, today=today, what=what, field=field)
    if not starts_on <= day <= ends_on:
        raise Refused(
            "outside_execution",
            f"{what} ({date_short(day)}) tombe hors de l’exécution, du {date_short(starts_on)} au"
            f" {date_short(ends_on)}.",
            field=field,
        )


def check_suspended(starts_on: date, *, resumed_on: date | None) -> None:
    """Refuse to stop again on days already taken off: each is counted once."""
    if resumed_on and starts_on < resumed_on:
        raise Refused(
            "suspended_before",
            f"L’exécution a repris le {date_short(resumed_on)} : une nouvelle suspension ne commence pas avant.",
            field="starts_on",
        )


def check_tranches(tranches: int) -> None:
    """Refuse one more optional tranche to a tender that has as many as can be shown and copied at once."""
    if tranches >= TRANCHES_MAX:
        raise Refused(
            "too_many_tranches",
            f"Ce marché a déjà {tranches} tranches optionnelles, le plus qu’il puisse en compter ici.",
        )


def check_resumed(
    resumed_on: date, *, suspended_on: date | None, ends_on: date, was_ending_on: date, today: date
) -> None:
    """Refuse a resumption after today or not after the suspension, and an end brought forward by it."""
    check_past(resumed_on, today=today, what="La reprise", field="resumed_on")
    if suspended_on and resumed_on <= suspended_on:
        raise Refused(
            "resumed_before",
            f"La reprise vient après la suspension, du {date_short(suspended_on)}.",
            field="resumed_on",
        )
    if ends_on < was_ending_on:
        raise Refused(
            "end_brought_forward",
            f"L’exécution devait finir le {date_short(was_ending_on)} : une suspension ne l’avance pas.",
            field="ends_on",
        )


def quarter_ends(first: date, *, until: date) -> list[date]:
    """Return the last days of the quarters that are over, from the first day of an execution on, latest first."""
    ends = [month_end(month) for month in months_between(first, until) if month.month % 3 == 0]
    return [day for day in reversed(ends) if day <= until]
