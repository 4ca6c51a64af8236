"""`make bench`: which measures, on how many rows, and what is printed."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence

from django.utils import timezone

from benchmarks.entries import MEASURES
from benchmarks.ground import ENTRIES, Ground, fill, scratch_database, settle
from benchmarks.measures import SECONDS, DifferentThings, Measure, take
from inclusiv.core.french import plural
from inclusiv.core.refusals import Refused
from inclusiv.demo.scale.sizes import SizesRefused

FAILED, WRONG_WORDS = 1, 2
"""Exit codes: a measure is over its limit, or cannot be taken; what is asked does not exist."""


class UnknownName(Exception):
    """No measure answers to a name; the message says it, in French."""


def main(words: Sequence[str], *, measures: Sequence[Measure] = MEASURES) -> int:
    """Take the measures that are asked and return the exit code: 0 when none is over its limit."""
    asked = parse(words)
    try:
        chosen = named(asked.names, among=measures)
        if asked.list:
            for measure in chosen:
                print(f"{measure.name} {measure.limit:.2f} ({measure.subject} by {measure.reference})")
            return 0
        with scratch_database():
            tell(f"Base d’essai : {plural(asked.entries, 'écriture')}…")
            ground = fill(entries=asked.entries, at=timezone.now())
            settle()
            return take_all(chosen, ground)
    except (UnknownName, SizesRefused) as refusal:
        tell(str(refusal))
        return WRONG_WORDS


def parse(words: Sequence[str]) -> Namespace:
    """Read the command line."""
    parser = ArgumentParser(prog="make bench", description="Measure, as ratios taken in one run.")
    parser.add_argument(
        "names", nargs="*", metavar="name", help="a measure, or a part of its name; all by default"
    )
    parser.add_argument("--list", action="store_true", help="name the measures and their limits")
    parser.add_argument(
        "--entries",
        type=int,
        default=ENTRIES,
        help="ledger entries to measure on; limits are meant for %(default)s",
    )
    return parser.parse_args(words)


def named(names: Iterable[str], *, among: Sequence[Measure]) -> list[Measure]:
    """Return the measures whose name holds one of these, in their own order; all when none is given.

    Raises UnknownName for a name that no measure holds.
    """
    names = list(names)
    for name in names:
        if not any(name in measure.name for measure in among):
            known = ", ".join(measure.name for measure in among)
            raise UnknownName(f"Aucune mesure ne s’appelle « {name} » : il y a {known}.")
    return [measure for measure in among if not names or any(name in measure.name for name in names)]


def take_all(measures: Iterable[Measure], ground: Ground, *, seconds: float = SECONDS) -> int:
    """Print a line for each measure as soon as it is taken, and return the exit code.

    Each one takes about so many seconds, more when five rounds are longer.
    """
    code = 0
    for measure in measures:
        try:
            verdict = take(measure, ground, seconds=seconds)
        except DifferentThings as refusal:
            tell(f"{measure.name} : les deux côtés ne donnent pas la même chose, {refusal}.")
            code = FAILED
        except Refused as refusal:
            tell(f"{measure.name} : {refusal.message}")
            code = FAILED
        else:
            print(verdict.line, flush=True)
            code = FAILED if verdict.is_over else code
    return code


def tell(sentence: str) -> None:
    """Say something beside the measures."""
    print(sentence, file=sys.stderr, flush=True)
