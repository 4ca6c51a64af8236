"""What a list of lots shows in its cells, and writes in its files. Never the name of a person followed."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clauses.procurement.choices import TenderStatus
from inclusiv.core import french
from inclusiv.core.components.figures import progress_bar, status, two_lines
from inclusiv.core.quantities import ZERO
from reporting.followup.choices import Standing, State
from reporting.followup.selectors.standings import LotRow, Today, forecast, last_news_on


def title(row: LotRow) -> str:
    """Return « École Jean-Moulin, lot 1 »."""
    return f"{row.tender.title}, lot{french.NO_BREAK}{row.number}"


def heading(row: LotRow) -> SafeString:
    """Show the tender and the lot, as a link to its hours, or to its preparation before any is owed."""
    page = "followup:tender" if row.tender.is_bound else "procurement:tender"
    return two_lines(
        main=title(row),
        small=f"{row.tender.reference} · {row.title}",
        href=reverse(page, args=[row.tender_id]),
    )


def contractor(row: LotRow) -> str:
    """Show who answers for the lot."""
    return row.lead or ""


def parties(row: LotRow) -> SafeString:
    """Show the buyer and, under it, who answers for the lot."""
    return two_lines(main=row.tender.buyer.name, small=contractor(row), strong=False)


def owed(row: LotRow) -> str:
    """Show the hours to do."""
    return french.whole_hours(row.owed) if row.owed is not None else ""


def done(row: LotRow) -> str:
    """Show the validated hours."""
    return french.whole_hours(row.done) if row.owed is not None else ""


def pending(row: LotRow) -> str:
    """Show the hours to check."""
    return french.whole_hours(row.pending or ZERO) if row.owed is not None else ""


def bar(row: LotRow, day: Today) -> SafeString | str:
    """Draw hours done and to check against those to do, and the forecast under them."""
    if row.owed is None:
        return ""
    stands = Standing(row.standing)
    running = stands.is_late or stands is Standing.ON_TRACK
    return progress_bar(
        done=row.done,
        pending=row.pending or ZERO,
        total=row.owed,
        expected=row.expected or None if running else None,
        forecast=forecast(row, day),
    )


def state(row: LotRow) -> SafeString:
    """Say the state in its word, and how it ended when it is over."""
    stands = Standing(row.standing)
    if stands is Standing.UPCOMING:
        return status(state=State.NEUTRAL, word=waiting_word(row))
    if stands.state is not State.DONE:
        return status(state=stands.state)
    return format_html("{}<small>{}</small>", status(state=State.DONE), stands.label)


def waiting_word(row: LotRow) -> str:
    """Return why no hours are expected: the tender's own state, a clause that asks for something else, or none."""
    if row.tender.is_bound and row.tender.status != TenderStatus.SUSPENDED:
        return "Clause sans heures" if row.has_clause else "Sans clause"
    return str(row.tender.get_status_display())


def news(row: LotRow, day: Today, *, with_phone: bool) -> SafeString:
    """Say when something last happened, and who follows, with the telephone for those who may need to call."""
    last = last_news_on(row)
    said = french.ago(max(0, (day.on - last).days)) if last else "rien encore"
    name, phone = facilitator(row, day)
    called = " · ".join(filter(None, [name, phone.replace(" ", french.NO_BREAK)])) if with_phone else name
    return two_lines(main=said, small=called, strong=False)


def facilitator(row: LotRow, day: Today) -> tuple[str, str]:
    """Return whom to call: who follows the tender, who replaces them, or the structure when nobody is named."""
    structure = row.tender.structure
    here, _ = day.presence.of(row.tender.facilitator, structure)
    return (str(here), here.phone or structure.phone) if here else (structure.name, structure.phone)
