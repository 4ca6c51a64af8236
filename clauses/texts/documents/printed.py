"""The pieces as a PDF."""

from datetime import datetime

from clauses.texts.documents.pieces import Bundle
from inclusiv.core import pdf


def print_pieces(made: Bundle, *, at: datetime) -> pdf.Pdf:
    """Return the PDF of the pieces, dated by the caller: the same pieces and instant give the same bytes."""
    return pdf.render_in_turn(
        "documents/clause_pieces.html", {"bundle": made}, title=made.file_title, created_at=at
    )
