"""What is counted and where things stand: states, bars, counters, key figures, the line of time, charts."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from inclusiv.core import french
from inclusiv.core.components.checks import WrongParameter, component, render
from inclusiv.core.components.screens import Series, TimelineEntry

STATES = {
    "ON_TRACK": ("ontime", "Dans les temps", "M8 2.6a5.4 5.4 0 1 0 0 10.8a5.4 5.4 0 0 0 0-10.8z"),
    "CATCH_UP": ("late", "Retard à rattraper", "M8 1.2 14.8 8 8 14.8 1.2 8z"),
    "ACTION": ("act", "Action nécessaire", "M8 2 15 14.2H1z"),
    "DONE": ("done", "Terminé", "M6.3 13.4 1.4 8.5l2-2 2.9 2.9 6.3-6.9 2.1 1.9z"),
    "NEUTRAL": ("neutral", "", "M2.6 6.6h10.8v2.8H2.6z"),
}
"""The one scale of states (PRACTICE.md 3): class, word, shape on a 16 × 16 grid. NEUTRAL needs its own word."""


@component
def status(*, state: str, word: str = "") -> SafeString:
    """Say where something stands, by a colour, a shape and a word.

    The state is ON_TRACK, CATCH_UP, ACTION, DONE or NEUTRAL; `word` replaces the scale's word (« dépassé ») and is
    needed for NEUTRAL. `{% status state=lot.state %}` `{% status state="NEUTRAL" word="Brouillon" %}`
    """
    if state not in STATES:
        raise WrongParameter(f"status(state=…): {state!r} is not one of {', '.join(STATES)}.")
    colour, usual, shape = STATES[state]
    if not (word or usual):
        raise WrongParameter("status(state='NEUTRAL') needs a word.")
    return format_html(
        '<span class="status status-{}"><svg viewBox="0 0 16 16" width="11" height="11" aria-hidden="true"'
        ' focusable="false"><path d="{}"/></svg>{}</span>',
        colour,
        shape,
        word or usual,
    )


@component
def progress_bar(
    *,
    done: Decimal | int,
    total: Decimal | int,
    pending: Decimal | int = 0,
    expected: Decimal | int | None = None,
    forecast: str = "",
    legend: bool = False,
) -> SafeString:
    """Show hours done and to be checked against those to do, and the tick of where one should be today.

    `forecast` is the sentence under the bar: « À ce rythme : 1 810 h le 28/11, il manquera 80 h ». `legend` prints
    the figures too, for a page where no column says them.
    `{% progress_bar done=lot.done pending=lot.pending total=lot.owed expected=lot.expected forecast=lot.forecast %}`
    """
    return render(
        "progress_bar",
        done=_share(done, total),
        checked=_share(done + pending, total),
        has_pending=pending > 0,
        tick=None if expected is None else _share(expected, total),
        spoken=_spoken(done, total, pending, expected),
        forecast=french.typeset(forecast),
        legend=legend,
        texts={
            "done": french.hours_text(done),
            "pending": french.hours_text(pending),
            "total": french.hours_text(total),
            "share": french.share_text(done, total),
        },
    )


def _share(part: Decimal | int, total: Decimal | int) -> str:
    """Return a percentage for an SVG attribute, between 0 and 100."""
    if total <= 0:
        return "0%"
    return f"{min(Decimal(100), max(Decimal(0), Decimal(part) * 100 / total)):.1f}%"


def _spoken(
    done: Decimal | int, total: Decimal | int, pending: Decimal | int, expected: Decimal | int | None
) -> str:
    parts = [
        f"{french.hours_text(done)} validées sur {french.hours_text(total)} ({french.share_text(done, total)})"
    ]
    if pending:
        parts.append(f"{french.hours_text(pending)} à contrôler")
    if expected is not None:
        parts.append(f"{french.hours_text(expected)} attendues à ce jour")
    return ", ".join(parts)


@component
def figures(content: str, *, label: str) -> SafeString:
    """Lay out counters or key figures in a row that wraps; the label is read aloud.

    `{% figures label="À traiter" %}{% counter … %}{% counter … %}{% endfigures %}`
    """
    return format_html('<ul class="figures" aria-label="{}">{}</ul>', label, content)


@component
def counter(*, number: int, label: str, href: str, age: str = "", hot: bool = False) -> SafeString:
    """Count what waits, with the age of the oldest; `hot` when something is overdue, never as decoration.

    `{% counter number=3 label="besoins sans candidat" age="le plus ancien : 12 j" hot=True href=url %}`
    """
    return format_html(
        '<li><a class="counter{}" href="{}"><b>{}</b><span>{}</span>{}</a></li>',
        " counter-hot" if hot else "",
        href,
        french.number(number),
        label,
        format_html("<small>{}</small>", french.typeset(age)) if age else "",
    )


@component
def key_figure(*, figure: str, label: str, detail: str = "", warm: bool = False) -> SafeString:
    """Show a result with last year and the target as its detail; `figure` is a ready text (« 412 380 h »).

    `{% key_figure figure=run.hours|hours label="heures validées" detail="+ 8 % sur 2025 · objectif 400 000" %}`
    """
    return format_html(
        '<li class="key-figure{}"><b>{}</b><span>{}</span>{}</li>',
        " key-figure-warm" if warm else "",
        figure,
        label,
        format_html("<small>{}</small>", french.typeset(detail)) if detail else "",
    )


@component
def big_figure(content: str, *, before: str, figure: str) -> SafeString:
    """Say the one number that matters on a phone; the block is the sentence after it.

    `{% big_figure before="Il reste" figure=left|hours %}à réaliser avant le 28 novembre.{% endbig_figure %}`
    """
    return format_html(
        '<div class="big-figure"><p>{} <b>{}</b></p><div>{}</div></div>', before, figure, content
    )


TIMELINE_SHOWN = 8
"""How many entries of a timeline are shown at once; two more are not worth a fold."""
TIMELINE_LENGTH = 100
"""How many entries of a timeline one page tells."""


def timeline_page(asked: str) -> int:
    """Return which page of a timeline an address asks for (`?suite=2`); the first one when that is no number."""
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1


@component
def timeline(context: Any, *, entries: Iterable[TimelineEntry], label: str = "Historique") -> SafeString:
    """Tell a record's life, in the order given (newest first), exchanges and events together; the old ones are folded.

    `{% timeline entries=entries %}` with `[TimelineEntry(when=…, what="Relevé validé", who="Nadia K."), …]`, and one
    more than TIMELINE_LENGTH when there is another page, which the view finds by `?suite=`.
    """
    request, told = context.get("request"), list(entries)
    page = timeline_page(request.GET.get("suite", "")) if request else 1
    older = page_of(request, page + 1) if request and len(told) > TIMELINE_LENGTH else ""
    newer = page_of(request, page - 1 if told else 1) if page > 1 else ""
    told = told[:TIMELINE_LENGTH]
    folded = told[TIMELINE_SHOWN:] if page == 1 and len(told) > TIMELINE_SHOWN + 2 else []
    shown = told[: len(told) - len(folded)]
    return render(
        "timeline",
        entries=shown,
        folded=folded,
        label=label,
        page=request.get_full_path() if request else "",
        older=older,
        newer=newer,
        csrf_token=context.get("csrf_token", ""),
    )


def page_of(request: HttpRequest, page: int) -> str:
    """Return the address of another page of the timeline, on the same page."""
    query = request.GET.copy()
    query["suite"] = str(page)
    return f"{request.path}?{query.urlencode()}#historique"


@component
def chart(content: str, *, title: str, series: Series, note: str = "") -> SafeString:
    """Frame a chart (the block: one SVG from `inclusiv.core.charts`) with its figures in a table one can open.

    `{% chart title="Heures validées par mois" series=series %}{{ svg }}{% endchart %}`
    """
    return render("chart", content=content, title=title, series=series, note=note)


@component
def two_lines(*, main: str, small: str = "", href: str = "", strong: bool = True) -> SafeString:
    """Show a thing and what tells it apart under it, in a cell; `strong` for the one that names the row.

    `{% two_lines main="École Jean-Moulin, lot 1" small="Gros œuvre" href=lot_url %}`
    """
    look = "main" if strong else "plain"
    return format_html(
        "{}{}",
        format_html('<a class="{}" href="{}">{}</a>', look, href, main)
        if href
        else format_html('<span class="{}">{}</span>', look, main),
        format_html("<small>{}</small>", french.typeset(small)) if small else "",
    )
