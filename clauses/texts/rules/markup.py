"""The markup of the text models: headings, points, paragraphs and merge fields of a closed list. Nothing is executed.

    # Un titre            ## Un sous-titre            - un point
    Le titulaire réalise {{ heures_totales }} d’insertion.
    {{ tableau_des_heures }}

A paragraph goes on until an empty line. A field that stands for a table or a list has its line to itself. What comes
from a clause is put in after the reading, so that nothing typed in a tender is ever taken for markup.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby

from clauses.texts.rules.blocks import Block, Heading, Items, Paragraph, Value
from clauses.texts.rules.fields import FIELDS
from inclusiv.core.french import NO_BREAK, quoted, typeset
from inclusiv.core.refusals import Refused

LONGEST = 20_000
"""Characters of the longest model."""

_FIELD = re.compile(r"\{\{([^{}\n]*)\}\}")
"""A field with the blanks around its name, taken away afterwards: read back and forth, they would cost minutes."""
_STRAY = re.compile(r"\{\{|\}\}|\{%|%\}")
_HEADING = re.compile(r"(#{1,2})[ \t]+(.*)")
_POINT = re.compile(r"-[ \t]+(.*)")
_UNIT = re.compile(
    r"(?<=[0-9])[ \u00a0\u202f.,]*(?:€|%|euros?\b|h\b|heures?\b|jours?\b|mois\b)", re.IGNORECASE
)
"""What makes a quantity of the number before it; the number is read back from there, once."""
BLANKS = " \t"
_BETWEEN = " \u00a0\u202f.,"
_OF_A_NUMBER = f"0123456789{_BETWEEN}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a model that says something, with its number from 1."""

    number: int
    kind: str
    """heading, subheading, item, block or paragraph."""
    text: str


def check(body: str) -> None:
    """Refuse a model that would not print as it should; the message names the line and what is wrong there."""
    if not body.strip():
        raise Refused("empty_text", "Ce texte est vide.", field="body")
    if len(body) > LONGEST:
        raise Refused("text_too_long", f"Ce texte dépasse {LONGEST} caractères.", field="body")
    for number, line in enumerate(body.split("\n"), start=1):
        for typed in _FIELD.findall(line):
            check_field(typed.strip(BLANKS), line, number)
        check_around(_FIELD.sub("¤", line), number)


def check_field(name: str, line: str, number: int) -> None:
    """Refuse a field that does not exist, or a table in the middle of a sentence."""
    field = FIELDS.get(name)
    if field is None:
        close = get_close_matches(name, FIELDS, n=1)
        hint = f" Vouliez-vous écrire « {close[0]} » ?" if close else " Prenez un champ de la liste."
        raise Refused(
            "unknown_field", f"Ligne {number} : le champ {quoted(name)} n’existe pas.{hint}", field="body"
        )
    if field.is_block and not _FIELD.fullmatch(line.strip()):
        raise Refused(
            "block_in_line",
            f"Ligne {number} : « {name} » est un tableau ou une liste, laissez-le seul sur sa ligne.",
            field="body",
        )


def check_around(text: str, number: int) -> None:
    """Refuse braces left over, and quantities typed in a model: printed whatever the clause says."""
    if found := _STRAY.search(text):
        raise Refused(
            "stray_braces",
            f"Ligne {number} : « {found[0]} » ne correspond à aucun champ. Un champ s’écrit {{{{ nom_du_champ }}}}.",
            field="body",
        )
    if unit := _UNIT.search(text):
        before = text[: unit.start()]
        quantity = f"{before[len(before.rstrip(_OF_A_NUMBER)) :]}{unit[0]}"
        raise Refused(
            "typed_quantity",
            f"Ligne {number} : « {quantity.lstrip(_BETWEEN)} » resterait imprimé quoi que dise la clause. Remplacez-le par un"
            " champ, dont la valeur vient de la clause.",
            field="body",
        )


def lines_of(body: str) -> Iterator[Line]:
    """Yield the lines of a model that say something, paragraphs put together."""
    gathered: list[str] = []
    began = 0
    for number, raw in enumerate([*body.split("\n"), ""], start=1):
        line = raw.strip()
        kind, text = kind_of(line)
        if kind == "paragraph" and line:
            began = began or number
            gathered.append(line)
            continue
        if gathered:
            yield Line(began, "paragraph", " ".join(gathered))
            gathered, began = [], 0
        if line:
            yield Line(number, kind, text)


def kind_of(line: str) -> tuple[str, str]:
    """Say what a line is, and its text."""
    if heading := _HEADING.fullmatch(line):
        return ("heading" if len(heading[1]) == 1 else "subheading"), heading[2]
    if point := _POINT.fullmatch(line):
        return "item", point[1]
    alone = _FIELD.fullmatch(line)
    name = alone[1].strip(BLANKS) if alone else ""
    if name in FIELDS and FIELDS[name].is_block:
        return "block", name
    return "paragraph", line


def merge(body: str, values: Mapping[str, Value]) -> tuple[Block, ...]:
    """Return the blocks of a checked model with its fields replaced; what is left empty is not printed."""
    blocks: list[Block] = []
    for kind, lines in groupby(lines_of(body), key=lambda line: line.kind):
        texts = [line.text for line in lines]
        if kind == "block":
            blocks += [block for name in texts for block in blocks_of(values[name])]
            continue
        filled = [text for text in (fill(one, values) for one in texts) if text]
        match kind:
            case "item" if filled:
                blocks.append(Items(tuple(filled)))
            case "heading" | "subheading":
                blocks += [Heading(1 if kind == "heading" else 2, text) for text in filled]
            case "paragraph":
                blocks += [Paragraph(text) for text in filled]
    return tuple(blocks)


def fill(text: str, values: Mapping[str, Value]) -> str:
    """Return a line with its fields replaced, typeset; nothing when one of them takes the line away."""
    if any(values[typed.strip(BLANKS)] is None for typed in _FIELD.findall(text)):
        return ""
    filled = typeset(_FIELD.sub(lambda found: words_of(values[found[1].strip(BLANKS)]), text)).strip()
    return filled.replace("n° ", f"n°{NO_BREAK}")


def words_of(value: Value) -> str:
    """Return a value that stands inside a line."""
    if not isinstance(value, str):
        raise TypeError("A table cannot stand inside a line.")
    return value


def blocks_of(value: Value) -> tuple[Block, ...]:
    """Return a value that stands in the place of a line."""
    if value is None or isinstance(value, str):
        raise TypeError("Words cannot stand in the place of a table.")
    return value
