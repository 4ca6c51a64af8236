"""Who takes each post: somebody free, whose hours still count to the end of it (DOMAIN.md 4.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import heappop, heappush

from dateutil.relativedelta import relativedelta

from inclusiv.core.periods import last_day_of_window, month_end
from inclusiv.demo.posts import Post

REST = timedelta(days=15)
"""Days between two posts of a person."""


class NobodyFreeError(Exception):
    """There are more posts than people to take them; the message says so in French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """How many months of a person's hours count, and after how many without hours a new count begins."""

    months: int
    gap_months: int


@dataclass(slots=True)
class Worker:
    """Somebody who has worked: since when their hours count, and their last day."""

    rank: int
    since: date
    last_on: date


def hire(posts: Iterable[Post], *, persons: int, windows: Windows) -> None:
    """Give each post, the earliest first, to who has been free the longest, else to somebody who never worked.

    Raises NobodyFreeError when nobody is left.
    """
    fresh = iter(range(persons))
    resting: list[tuple[date, int, Worker]] = []
    for post in sorted(posts, key=lambda post: post.hired_on):
        worker = rested(resting, post, windows)
        if worker is None:
            rank = next(fresh, None)
            if rank is None:
                raise NobodyFreeError("Il n’y a plus personne de libre : demandez davantage de personnes.")
            worker = Worker(rank, post.hired_on, post.hired_on)
        post.person, post.since = worker.rank, worker.since
        worker.last_on = post.last_on
        if post.ended_on:
            heappush(resting, (post.ended_on + REST, worker.rank, worker))


def rested(resting: list[tuple[date, int, Worker]], post: Post, windows: Windows) -> Worker | None:
    """Take out of the queue the first one who is free and may finish the post; who may not waits for a new count."""
    while resting and resting[0][0] <= post.hired_on:
        _, rank, worker = heappop(resting)
        anew = worker.last_on + relativedelta(months=windows.gap_months)
        if post.hired_on > anew:
            worker.since = post.hired_on
        if last_needed(post) <= last_day_of_window(worker.since, windows.months):
            return worker
        heappush(resting, (anew + timedelta(days=1), rank, worker))
    return None


def last_needed(post: Post) -> date:
    """Return the last day whose hours must count: that of the month still to control when the post goes on."""
    return post.ended_on or month_end(post.last_on + timedelta(days=1))
