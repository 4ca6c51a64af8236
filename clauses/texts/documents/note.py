"""The opportunity note as a PDF."""

from dataclasses import dataclass
from datetime import date, datetime

from clauses.procurement.models import Tender
from clauses.texts.rules.blocks import Block
from clauses.texts.rules.note import NoteFacts, note_blocks
from clauses.texts.selectors.note import note_facts
from inclusiv.core import pdf
from inclusiv.core.french import date_long, typeset
from inclusiv.core.periods import paris_day
from inclusiv.core.texts import one_line

TITLE = "Note d’opportunité et de calcul des heures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The note, frozen: its blocks, the day on which it is made, who made it."""

    reference: str
    structure: str
    made_on: date
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """What heads it."""
        return TITLE

    @property
    def file_title(self) -> str:
        """The title of the file."""
        return typeset(f"{TITLE}, marché {self.reference}")

    @property
    def origin(self) -> str:
        """Who made it, when, and what it is worth."""
        return typeset(
            f"Note préparée le {date_long(self.made_on)} par {self.structure} à partir de ce que la plateforme connaît"
            " du marché. Les valeurs d’usage sont discutées avec l’acheteur ; le nombre inscrit au contrat l’emporte."
        )


def note_of(facts: NoteFacts, *, made_on: date) -> Note:
    """Return the note of a tender."""
    return Note(
        reference=one_line(facts.reference),
        structure=one_line(facts.facilitation.structure),
        made_on=made_on,
        blocks=note_blocks(facts),
    )


def print_note(note: Note, *, at: datetime) -> pdf.Pdf:
    """Return the PDF of a note, dated by the caller: the same note and instant give the same bytes."""
    return pdf.render_in_turn(
        "documents/opportunity_note.html", {"note": note}, title=note.file_title, created_at=at
    )


def note_bytes(tender: int, at: datetime) -> bytes:
    """Provide the note of a tender to whoever answers about it, dated by the caller."""
    found = Tender.objects.select_related("buyer", "structure", "facilitator", "place").get(pk=tender)
    today = paris_day(at)
    return print_note(note_of(note_facts(found, on=today), made_on=today), at=at).content
