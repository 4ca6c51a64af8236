"""The story of a record: what the platform noted and what people said, in one timeline."""

from dataclasses import replace

from django.db import models
from django.db.models import F, Func, Q, QuerySet, Value
from django.urls import reverse

from inclusiv.core import french
from inclusiv.core.actors import Actor
from inclusiv.core.components.figures import TIMELINE_LENGTH, timeline_page
from inclusiv.core.components.screens import TimelineEntry
from inclusiv.core.periods import PARIS, paris_day
from inclusiv.core.providers import load_subjects
from inclusiv.core.stories import kept_from, tell
from inclusiv.records.choices import RESUMED, Permission
from inclusiv.records.models import AuditEvent, Exchange, reference

LENGTH = TIMELINE_LENGTH
"""How many events and exchanges one page of a timeline tells."""
EVENT, EXCHANGE = 1, 2
"""What an entry is, in the order of those of one instant."""


class EndOfDay(Func):
    """The last instant of a day in Paris, where what has a day only stands in time."""

    template = f"((%(expressions)s + time '23:59:59.999999') AT TIME ZONE '{PARIS.key}')"
    output_field = models.DateTimeField()


def timeline(*subjects: models.Model, actor: Actor, page: str, within: str = "") -> list[TimelineEntry]:
    """Return a page of the events and exchanges about any of the subjects, newest first: nothing is out of reach.

    `page` is what the address asks for (`?suite=`); one more entry than LENGTH tells that another one follows.
    The caller has loaded the subjects through `visible_to`; exchanges are those of the actor's own organisation.
    What the subjects took part in is told too, or, when the kind of these records is named (`within="tender"`), only in
    those that the actor sees.
    """
    references = [reference(subject) for subject in subjects]
    told = AuditEvent.objects.filter(subjects__overlap=references).exclude(code__in=kept_from(actor.role))
    if within:
        told = told.filter(
            Q(subjects__0__in=references) | Q(subjects__overlap=seen(told, kind=within, actor=actor))
        )
    first = (timeline_page(page) - 1) * LENGTH
    noted = Exchange.objects.visible_to(actor).filter(subjects__overlap=references)
    # The database counts past the pages before this one: whatever page is asked for, only its rows are loaded.
    places = (
        told.annotate(kind_told=Value(EVENT), instant=F("at"))
        .values_list("instant", "kind_told", "pk")
        .union(
            noted.annotate(kind_told=Value(EXCHANGE), instant=EndOfDay("happened_on")).values_list(
                "instant", "kind_told", "pk"
            ),
            all=True,
        )
        .order_by("-instant", "kind_told", "-pk")[first : first + LENGTH + 1]
    )
    shown = [(kind, pk) for _, kind, pk in places]
    events = AuditEvent.objects.in_bulk([pk for kind, pk in shown if kind == EVENT])
    exchanges = noted.in_bulk([pk for kind, pk in shown if kind == EXCHANGE])
    return [
        event_entry(events[pk]) if kind == EVENT else exchange_entry(exchanges[pk], actor)
        for kind, pk in shown
    ]


def seen(events: QuerySet[AuditEvent], *, kind: str, actor: Actor) -> list[str]:
    """Return the records of a kind that the events are about, of those that the actor may see."""
    named = events.annotate(one=Func(F("subjects"), function="unnest")).values_list("one", flat=True)
    return list(load_subjects(actor, [one for one in named.distinct() if one.startswith(f"{kind}:")]))


def event_entry(event: AuditEvent) -> TimelineEntry:
    """Return an event as a line of the timeline: its sentence goes on with who did it."""
    who = f"{event.author}, {event.organisation}"
    if event.on_behalf_of:
        who = f"{who}, pour le compte de {event.on_behalf_of}"
    return TimelineEntry(when=event.at, what=tell(event.code, event.data).removesuffix("."), who=who)


def exchange_entry(exchange: Exchange, actor: Actor) -> TimelineEntry:
    """Return an exchange as a line of the timeline; whoever notes exchanges says that it was taken up again."""
    told = TimelineEntry(
        when=exchange.happened_on,
        what=exchange.get_kind_display(),
        who=exchange.author,
        detail=exchange.text,
        kind="exchange",
    )
    if exchange.next_on is None:
        return told
    if exchange.resumed_at:
        return replace(told, foot=f"Repris le {french.date_long(paris_day(exchange.resumed_at))}")
    foot = f"À reprendre le {french.date_long(exchange.next_on)}"
    if not actor.may(Permission.NOTE_EXCHANGE):
        return replace(told, foot=foot)
    act = reverse("records:resume-exchange", args=[exchange.pk])
    return replace(told, foot=foot, button=RESUMED, act=act)
