"""The articles that the platform ships."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

from clauses.obligations.choices import ClauseType
from clauses.texts.rules.articles import Article

ARTICLES = Path(__file__).parent.parent / "data" / "articles.csv"


@cache
def known_articles() -> tuple[Article, ...]:
    """Return every article that a text may cite, in the order in which they are cited."""
    with ARTICLES.open(encoding="utf-8", newline="") as text:
        return tuple(article(row) for row in csv.DictReader(text))


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
