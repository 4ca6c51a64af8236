"""The articles that a text may cite, each with the days on which it is in force and the clauses that it is about.

Sources: DOMAIN.md 1.1, 1.2, 1.6; the list itself is `data/articles.csv`, dated and sourced line by line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clauses.obligations.choices import ClauseType


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article: how it is cited, what it says in a few words, when it holds, and for which clauses (none: all)."""

    name: str
    subject: str
    starts_on: date
    ends_on: date | None
    clause_types: frozenset[ClauseType]
    above_threshold: bool
    """Whether it only concerns what reaches the European thresholds."""
    is_public: bool
    """Whether it is about public contracts; the others are about private ones."""

    def frozen(self) -> dict[str, str | None]:
        """Return it as data that never changes again: its name and the days on which it holds."""
        ends_on = self.ends_on.isoformat() if self.ends_on else None
        return {"name": self.name, "starts_on": self.starts_on.isoformat(), "ends_on": ends_on}

    @property
    def cited(self) -> str:
        """The article as a text cites it."""
        return f"{self.name} ({self.subject})"


def applicable(
    articles: Iterable[Article],
    *,
    on: date,
    clause_types: Iterable[ClauseType],
    above_threshold: bool,
    is_private: bool,
) -> tuple[Article, ...]:
    """Return the articles that hold on the day of the consultation for these clauses."""
    present = frozenset(clause_types)
    return tuple(
        one
        for one in articles
        if one.starts_on <= on
        and (one.ends_on is None or on <= one.ends_on)
        and (not one.clause_types or one.clause_types & present)
        and (above_threshold or not one.above_threshold)
        and one.is_public is not is_private
    )
