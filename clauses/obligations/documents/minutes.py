"""« Compte rendu de mise au point » as a PDF (`KICKOFF_MINUTES`, DOMAIN.md 6.5)."""

from dataclasses import dataclass

from clauses.obligations.choices import ModalityFamily
from clauses.obligations.models import KickOff, KickOffLot
from clauses.obligations.selectors.kickoffs import KickOffSheet
from inclusiv.core import pdf
from inclusiv.core.french import date_long


@dataclass(frozen=True, slots=True, kw_only=True)
class LotMinutes:
    """A lot in the minutes: ready texts, « non précisé » where nothing was told."""

    title: str
    company: str
    correspondent: str
    ways: str
    posts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """The frozen context of the document."""

    title: str
    tender: str
    buyer: str
    held_on: str
    place: str
    attended: tuple[str, ...]
    lots: tuple[LotMinutes, ...]
    decisions: tuple[str, ...]
    next_on: str
    note: str


NOTHING = "non précisé"


def minutes_of(sheet: KickOffSheet, kick_off: KickOff) -> Minutes:
    """Return the minutes of a meeting, with the lots that its reader sees."""
    tender = kick_off.tender
    return Minutes(
        title=f"Compte rendu de mise au point, marché {tender.reference}",
        tender=tender.title,
        buyer=tender.buyer.name,
        held_on=date_long(kick_off.held_on),
        place=kick_off.place,
        attended=lines(kick_off.attended),
        lots=tuple(lot_minutes(settled) for settled in sheet.lots),
        decisions=lines(kick_off.decisions),
        next_on=date_long(kick_off.next_on) if kick_off.next_on else "",
        note=f"Saisi par {kick_off.recorded_by}, version {kick_off.version}.",
    )


def lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text that say something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def lot_minutes(settled: KickOffLot) -> LotMinutes:
    """Return what is printed of a lot."""
    lot, contact = settled.award.lot, settled.reached
    ways = " ; ".join(ModalityFamily(way).label for way in settled.ways)
    reached = (contact.name, contact.mobile or contact.phone, contact.email) if contact else ()
    return LotMinutes(
        title=f"Lot {lot.number}, {lot.title}",
        company=settled.award.lead.name,
        correspondent=", ".join(filter(None, reached)) or NOTHING,
        ways=ways or NOTHING,
        posts=" ; ".join(lines(settled.posts)) or NOTHING,
    )


def print_minutes(sheet: KickOffSheet, kick_off: KickOff) -> pdf.Pdf:
    """Return the PDF, dated of the last time that the meeting was told: the same telling gives the same bytes."""
    made = minutes_of(sheet, kick_off)
    return pdf.render_in_turn(
        "documents/kick_off_minutes.html",
        {"minutes": made},
        title=made.title,
        created_at=kick_off.recorded_at,
    )
