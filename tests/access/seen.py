"""What is seen of a person, field by field: the table in the repository, and what the pages show."""

from collections.abc import Iterable
from html import unescape
from pathlib import Path

from beneficiaries.people.models import Dossier
from beneficiaries.people.rules.documents import NEEDS
from inclusiv.core.actors import Role
from inclusiv.core.codes import spaced
from inclusiv.core.french import date_long, date_short
from tests.access.pages import Page
from tests.access.table import printed
from tests.world import CRITERIA, DIPLOMAS, Side, Told, World

FILE = Path(__file__).with_name("seen.txt")
SEEN, HIDDEN = "yes", "-"

Values = dict[str, tuple[str, ...]]
"""A field → the ways in which it may be written."""
People = dict[str, Values]
"""How a person stands to a role → what is told of them."""

FIELDS = (
    "first name", "name", "birth date", "telephone", "e-mail", "commune", "criterion", "protected", "document",
    "explanation", "exchange", "diploma", "person code", "dossier code", "job code",
)  # fmt: skip
EVERYWHERE = ("first name", "name", "birth date", "telephone", "e-mail", "exchange", "explanation")
"""What tells a person from those of the other sides."""

LEGEND = """\
# What is seen of a person, field by field, on every page, export and document that a role can open for its work.
# Read by tests/access/test_seen.py; sources: DOMAIN.md 9.4 and 4.6, PRACTICE.md 1.9 and 1.10.
#
#   at work    hired, working on the role's own tender        coming     hired, to begin next week
#   proposed   proposed to the company, waiting for its answer followed   by the prescriber's own structure
#   other      somebody of another structure of the same département, or of a tender of another buyer
#   elsewhere  somebody of another département
# « protected » is a criterion of health or protection; « job code » the pseudonym, drawn for each job.
#
# After a change that is meant, write it anew, and read the difference before committing it:
#   make test ARGS="tests/access/test_seen.py -n 0 --renew-tables"
"""


def people_of(world: World, role: Role) -> People:
    """Return the people of a role's world, by how they stand to it."""
    own = world.own_of(role)
    if role is Role.PRESCRIBER:
        found = {"followed": values(own.dossier, Told("Paula", 1)), **of_side(world.own, 1)}
    else:
        found = of_side(own, 1)
    for relation, side, number in (("other", world.other, 2), ("elsewhere", world.elsewhere, 3)):
        found[relation] = together(of_side(side, number).values())
    return found


def of_side(side: Side, number: int) -> People:
    return {
        "at work": values(side.dossier, Told("Anna", number), code=side.placement.code),
        "coming": values(side.planned.check_of.dossier, Told("Nour", number), code=side.planned.code),
        "proposed": values(side.free, Told("Lina", number)),
    }


def values(dossier: Dossier, told: Told, *, code: str = "") -> Values:
    """Return each field of a person, in the ways in which a page may write it."""
    ordinary, protected = CRITERIA[told.name]
    national = f"0{told.phone.removeprefix('+33')}"
    commune = dossier.person.identity.commune
    assert commune is not None
    return {
        "first name": (told.first_name,),
        "name": (told.last_name,),
        "birth date": (
            told.birth_date.isoformat(),
            date_short(told.birth_date),
            date_long(told.birth_date),
            f"{told.birth_date:%d/%m/%Y}",
        ),
        "telephone": (told.phone, national, " ".join(national[at : at + 2] for at in range(0, 10, 2))),
        "e-mail": (told.email,),
        "commune": (commune.name, commune.pk),
        "criterion": (ordinary.label,),
        "protected": (protected.label,),
        "document": tuple(kind.label for kinds in NEEDS[protected] for kind in kinds),
        "explanation": (told.explanation,),
        "exchange": (told.exchange,),
        "diploma": (DIPLOMAS[told.name].label,),
        "person code": (dossier.person.code,),
        "dossier code": (dossier.code,),
        "job code": (code, spaced(code)) if code else (),
    }


def together(people: Iterable[Values]) -> Values:
    """Return what tells anybody of a side from those of the others."""
    found: Values = {}
    for one in people:
        for name in (*EVERYWHERE, "person code", "dossier code", "job code"):
            found[name] = found.get(name, ()) + one[name]
    return found


def shown(pages: Iterable[Page], told: Values) -> dict[str, list[str]]:
    """Return the pages on which each field appears."""
    found: dict[str, list[str]] = {}
    for page in pages:
        words = unescape(page.told)
        for name, ways in told.items():
            if any(way and way in words for way in ways):
                found.setdefault(name, []).append(page.label)
    return found


def line(told: Values, where: dict[str, list[str]]) -> list[str]:
    """Return the cells of a person: « yes » for a field that appears, nothing for one that this person has not."""
    return [SEEN if name in where else HIDDEN if told.get(name) else "" for name in FIELDS]


def table(rows: Iterable[tuple[Role, str, list[str]]]) -> str:
    """Return the table as it is kept."""
    heading = ["role", "person", *FIELDS]
    return (
        LEGEND
        + "\n"
        + printed([heading, *([role.value, relation, *cells] for role, relation, cells in rows)])
    )
