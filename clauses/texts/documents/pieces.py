"""A piece of a consultation, frozen: its blocks, the version of the model, the day on which it is made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from clauses.texts.choices import SLUGS, TextKind
from clauses.texts.models import TextModel
from clauses.texts.rules.blocks import Block
from clauses.texts.rules.facts import TenderFacts
from clauses.texts.rules.markup import merge
from clauses.texts.rules.values import values_of
from inclusiv.core.french import date_long, typeset
from inclusiv.core.texts import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One text of a tender, ready to be drawn."""

    kind: TextKind
    slug: str
    blocks: tuple[Block, ...]
    version: int
    valid_from: date

    @property
    def title(self) -> str:
        """The name of the piece."""
        return self.kind.label

    @property
    def origin(self) -> str:
        """Which version of the model it comes from."""
        return f"modèle « {self.title} », version {self.version}, en vigueur depuis le {date_long(self.valid_from)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """The pieces that go in one file, and what its footer says."""

    reference: str
    buyer: str
    title: str
    pieces: tuple[Piece, ...]
    made_on: date

    @property
    def file_title(self) -> str:
        """The title of the file."""
        name = self.pieces[0].title if len(self.pieces) == 1 else "Pièces de la clause sociale"
        return typeset(f"{name}, marché {self.reference}")

    @property
    def note(self) -> str:
        """Where the texts come from, as each file says it."""
        models = " ; ".join(piece.origin for piece in self.pieces)
        return typeset(
            f"Texte préparé le {date_long(self.made_on)} à partir de la clause enregistrée pour le marché"
            f" {self.reference}, {self.buyer} : {models}."
        )


def pieces_of(facts: TenderFacts, models: Mapping[TextKind, TextModel]) -> tuple[Piece, ...]:
    """Return the pieces of a tender, one for each model, in their usual order."""
    values = values_of(facts)
    return tuple(
        Piece(
            kind=kind,
            slug=slug,
            blocks=merge(models[kind].body, values),
            version=models[kind].version,
            valid_from=models[kind].valid_from,
        )
        for slug, kind in SLUGS.items()
        if kind in models
    )


def bundle(facts: TenderFacts, pieces: Iterable[Piece], *, made_on: date) -> Bundle:
    """Return pieces as one file."""
    return Bundle(
        reference=one_line(facts.reference),
        buyer=one_line(facts.buyer),
        title=one_line(facts.title),
        pieces=tuple(pieces),
        made_on=made_on,
    )
