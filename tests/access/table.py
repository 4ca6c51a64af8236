"""The table of the doors, as it stands in the repository: read, compared, written anew when it is asked for."""

from collections.abc import Iterable
from pathlib import Path

from tests.access.walk import COLUMNS, METHODS, Answers

FILE = Path(__file__).with_name("table.txt")
UNTOLD = {"405", "login"}
"""A method that an address takes for nobody has no line: it answers 405, or « login » to who is not signed in."""

LEGEND = """\
# Who may open what: every address, by role, for three records. Read by tests/access/test_walk.py.
#
# A cell is what an address answers: one code where the record makes no difference, else three of them, for
# one's own record, another organisation's, and one of another territory (another département).
#   200    the page, or the file           302    done, or sent to another page
#   404    no such record for this reader  403    not this role's
#   422    the page, the empty form refused  login  sent to the sign-in page      410    a link that opens nothing more
#   405    not by this method (a method that nobody may use has no line)   prove  asked to prove again who one is
# GET opens; POST sends the page's form empty, or presses its button: whoever is refused by the door never reads 422 or 302.
# Columns: « public » is not signed in, « no access » is signed in but acts for nobody; each role manages its accesses.
#
# After a change that is meant, write it anew, and read the difference before committing it:
#   make test ARGS="tests/access/test_walk.py -n 0 --renew-tables"
"""


def read() -> dict[str, Answers]:
    """Return the committed table, by column."""
    found: dict[str, Answers] = {column: {} for column in COLUMNS}
    if not FILE.exists():
        return found
    for line in FILE.read_text().splitlines():
        if line.startswith(("#", "method")) or not line.strip():
            continue
        method, label, *cells = (cell.strip() for cell in line.split("|"))
        for column, cell in zip(COLUMNS, cells, strict=True):
            found[column][method, label] = cell
    return found


def write(table: dict[str, Answers]) -> None:
    """Write the table for review."""
    lines = sorted({line for answers in table.values() for line in answers}, key=in_order)
    rows = [
        [method, label, *(table[column].get((method, label), "") for column in COLUMNS)]
        for method, label in lines
    ]
    kept = [row for row in rows if any(row[2:]) and not set(row[2:]) <= UNTOLD]
    FILE.write_text(LEGEND + "\n" + printed([["method", "address", *COLUMNS], *kept]))


def in_order(line: tuple[str, str]) -> tuple[str, int]:
    method, label = line
    return label, METHODS.index(method)


def printed(rows: list[list[str]]) -> str:
    """Return rows as columns of the same width, parted by « | »."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "".join(
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
        for row in rows
    )


def differences(column: str, found: Answers, labels: Iterable[str] | None = None) -> list[str]:
    """Return what differs from the committed table, a line each; of these lines of it only, when they are told."""
    asked = None if labels is None else set(labels)
    known = {line: cell for line, cell in read()[column].items() if asked is None or line[1] in asked}
    told = {line: cell for line, cell in found.items() if line in known or cell not in UNTOLD}
    return [
        f"{method:4} {label}: {column} reads {told.get((method, label), 'no such address')},"
        f" the table says {known.get((method, label), 'nothing')}"
        for method, label in sorted(known.keys() | told.keys(), key=in_order)
        if known.get((method, label)) != told.get((method, label))
    ]
