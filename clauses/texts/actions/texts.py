"""Write a version of a model, and load those that the platform ships."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import IntegrityError, transaction

from clauses.texts.choices import Permission, TextKind
from clauses.texts.models import TextModel
from clauses.texts.rules.markup import check
from inclusiv.core.actors import Actor
from inclusiv.core.french import date_short
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.core.texts import clean, refuse_nir
from inclusiv.records.actions import audit

SHIPPED = Path(__file__).parent.parent / "data"
AUTHOR = "Inclusiv"
MOST_A_DAY = 20
"""Versions of one text that a département writes in twenty-four hours."""


@transaction.atomic
def write(*, kind: TextKind, body: str, valid_from: date, seen: int, by: Actor, at: datetime) -> TextModel:
    """Write the next version of a model for the author's département; the former ones stay as they are.

    `seen` is the number of the latest version that the author read. A version never takes effect in the past, nor
    before the one that precedes it: what a consultation printed, it prints again.
    """
    if not by.may(Permission.WRITE_MODELS):
        raise Refused("not_permitted", "Votre rôle ne permet pas cette action.")
    text = clean(body).strip()
    check(text)
    refuse_nir(body=text)
    known = list(TextModel.objects.visible_to(by).filter(kind=kind))
    check_pace(known, at=at)
    number = max((row.version for row in known), default=0)
    if seen != number:
        raise Refused(
            "stale_version", "Une nouvelle version de ce texte a été écrite entre-temps : rechargez la page."
        )
    own = [row for row in known if row.department]
    if known and text == (own or known)[0].body:
        raise Refused(
            "same_text", "Ce texte est celui de la version en place : rien n’a changé.", field="body"
        )
    check_day(valid_from, known, today=paris_day(at))
    row = TextModel(
        kind=kind,
        department=by.department,
        version=number + 1,
        body=text,
        valid_from=valid_from,
        author=by.name,
        written_at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(
            "stale_version", "Une nouvelle version de ce texte a été écrite entre-temps : rechargez la page."
        ) from error
    audit.record(
        code="text.written",
        subjects=[row],
        by=by,
        at=at,
        version=row.version,
        valid_from=date_short(valid_from),
    )
    return row


def check_pace(known: list[TextModel], *, at: datetime) -> None:
    """Refuse versions without end: every piece of the département is printed after reading them all."""
    if sum(at - row.written_at < timedelta(days=1) for row in known if row.department) >= MOST_A_DAY:
        raise Refused(
            "too_many_versions",
            f"{MOST_A_DAY} versions de ce texte ont été écrites en 24 heures, le plus qu’il puisse y en avoir :"
            " relisez-le, et revenez demain.",
        )


def check_day(valid_from: date, known: list[TextModel], *, today: date) -> None:
    """Refuse a version that would change what was already printed, or that would come before the last one."""
    if valid_from < today:
        raise Refused(
            "in_the_past",
            f"Une version prend effet au plus tôt aujourd’hui, le {date_short(today)} : les consultations lancées avant"
            " gardent leur texte.",
            field="valid_from",
        )
    own = [row for row in known if row.department]
    if own and valid_from < own[0].valid_from:
        raise Refused(
            "before_last_version",
            f"La version {own[0].version} prend effet le {date_short(own[0].valid_from)} : la suivante ne peut pas la"
            " précéder.",
            field="valid_from",
        )


@transaction.atomic
def load_shipped(at: datetime) -> int:
    """Insert the versions that the platform ships and that are missing. Returns how many."""
    with (SHIPPED / "models.csv").open(encoding="utf-8", newline="") as text:
        rows = [shipped(row, at=at) for row in csv.DictReader(text)]
    known = set(TextModel.objects.filter(department="").values_list("kind", "version"))
    missing = [row for row in rows if (row.kind, row.version) not in known]
    return len(TextModel.objects.bulk_create(missing))


def shipped(row: dict[str, str], *, at: datetime) -> TextModel:
    """Return the unsaved version of one line of the file, whose text lies beside it."""
    body = (SHIPPED / row["file"]).read_text(encoding="utf-8").strip()
    check(body)
    return TextModel(
        kind=TextKind(row["kind"]),
        version=int(row["version"]),
        body=body,
        valid_from=date.fromisoformat(row["valid_from"]),
        author=AUTHOR,
        written_at=at,
    )
