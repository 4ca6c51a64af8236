"""The articles that the platform ships, and those that a clause cites on the day of its consultation."""

import csv
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from clauses.obligations.choices import ClauseType
from clauses.obligations.rules.articles import Article, applicable
from clauses.obligations.selectors.duty import reaches_threshold
from clauses.procurement.choices import TenderForm
from clauses.procurement.models import Tender

ARTICLES = Path(__file__).parent.parent / "data" / "articles.csv"


@cache
def known_articles() -> tuple[Article, ...]:
    """Return every article that a text may cite, in the order in which they are cited."""
    with ARTICLES.open(encoding="utf-8", newline="") as text:
        return tuple(article(row) for row in csv.DictReader(text))


def consultation_day(tender: Tender, *, today: date) -> date:
    """Return the day whose articles and models hold: that of the consultation, today while it is not launched."""
    return min(tender.consultation_launched_on or today, today)


def cited_by(tender: Tender, clause_types: Iterable[ClauseType], *, on: date) -> tuple[Article, ...]:
    """Return the articles that clauses of these types cite on a day; `tender` comes with its buyer in hand."""
    types = frozenset(clause_types)
    return applicable(
        known_articles(),
        on=on,
        clause_types=types,
        above_threshold=reaches_threshold(tender, on=on),
        is_private=tender.form == TenderForm.PRIVATE or types == {ClauseType.PRIVATE_COMMITMENT},
    )


def article(row: dict[str, str]) -> Article:
    """Return the article of one line of the file."""
    return Article(
        name=row["name"],
        subject=row["subject"],
        starts_on=date.fromisoformat(row["starts_on"]),
        ends_on=date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
        clause_types=frozenset(ClauseType(one) for one in row["clause_types"].split()),
        above_threshold=row["above_threshold"] == "1",
        is_public=row["is_public"] == "1",
    )
