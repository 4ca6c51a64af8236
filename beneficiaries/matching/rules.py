"""The order of candidates for a request, and the reasons of each: public first, then trade, distance, dates.

The hard rules (dossier open, not at work on these dates, contract's own public) are told here where they are pure;
PRACTICE.md 1.3, 1.14. A distance that nobody knows is no refusal, and a crow's flight says nothing without a way to
travel. Distances are the only floats: kilometres between two town halls.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import asin, cos, inf, radians, sin, sqrt

from beneficiaries.people.choices import Criterion, Mobility
from clauses.obligations.choices import ClauseType, Public
from inclusiv.core.french import NO_BREAK, date_short

C = Criterion

PUBLICS: Mapping[str, tuple[str, frozenset[str]]] = {
    Public.RSA: ("RSA", frozenset({C.RSA})),
    Public.YOUTH: (
        "moins de 26 ans",
        frozenset({C.YOUTH_UNQUALIFIED, C.YOUTH_GRADUATE_INACTIVE, C.YOUTH_PROGRAMME}),
    ),
    Public.QPV_RESIDENT: ("quartier prioritaire", frozenset({C.QPV_RESIDENT})),
    Public.LONG_TERM_UNEMPLOYED: (
        "chômage de longue durée",
        frozenset({C.LONG_TERM_UNEMPLOYED, C.VERY_LONG_TERM_UNEMPLOYED}),
    ),
    Public.SENIOR: ("50 ans et plus", frozenset({C.SENIOR})),
}
"""How a priority public is said, and the criteria by which it is known."""

IAE = frozenset({C.IAE_EI, C.IAE_ACI, C.IAE_AI, C.IAE_ETTI})
DISABILITY = frozenset({C.ADAPTED_EA, C.DISABLED_WORKER})
RESERVED: Mapping[str, frozenset[str]] = {
    ClauseType.RESERVED_SIAE: IAE,
    ClauseType.RESERVED_DISABILITY: DISABILITY,
    ClauseType.RESERVED_MIXED: IAE | DISABILITY,
    ClauseType.RESERVED_PRISON: frozenset({C.MOTIVATED_PROPOSAL}),
}
"""Criteria of which a reserved contract asks one; the other contracts are open to every eligible person.

Justice is never stored: who works in detention is known by a motivated proposal (DOMAIN.md 4.6).
"""

RENEWAL = frozenset({C.QPV_RESIDENT})
"""Who the hours of urban renewal are for."""

EXACT_TRADE, NEAR_TRADE = 60, 30
NEARNESS = ((5, 30), (10, 25), (20, 15), (30, 8))
"""Kilometres up to which a distance is worth these points; farther is worth nothing."""
UNKNOWN_DISTANCE = 10
AVAILABLE, UNKNOWN_AVAILABILITY = 10, 5
WALK = 2
"""Kilometres below which nobody asks how one comes."""

MOBILITY = {
    Mobility.CAR: "permis et véhicule",
    Mobility.PUBLIC_TRANSPORT: "transports en commun",
    Mobility.BICYCLE: "vélo ou trottinette",
}
TRAVEL_TO_CHECK = "trajet à vérifier"

Point = tuple[float, float]
"""Latitude and longitude, in degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a request asks: trade as a ROME code, place, first day; the contract's publics in their order."""

    starts_on: date
    trade: str | None = None
    place: Point | None = None
    publics: tuple[str, ...] = ()
    required: tuple[frozenset[str], ...] = ()
    """Groups of criteria of which the contract's own public asks one each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What is known of a person that matters for the order: nothing that names them."""

    code: str
    criteria: frozenset[str] = frozenset()
    is_validated: bool = False
    trades: frozenset[str] = frozenset()
    home: Point | None = None
    available_on: date | None = None
    mobility: str = Mobility.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A candidate with a place in the order: `rank` of the priority public (0 is first), `score`, reasons in French."""

    candidate: Candidate
    rank: int
    score: int
    reasons: tuple[str, ...]
    distance: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one thing is worth, and how it is said."""

    points: int
    said: tuple[str, ...] = ()


def required(clause_type: str, *, is_renewal: bool) -> tuple[frozenset[str], ...]:
    """Return what a contract asks of its people besides being eligible, by its type of clause and its policy."""
    asked = (RESERVED.get(clause_type), RENEWAL if is_renewal else None)
    return tuple(one for one in asked if one)


def order(need: Need, candidates: Iterable[Candidate]) -> list[Ranked]:
    """Return those who may be proposed, the priority publics first, then the best score, the nearest, the code."""
    found = [rank(need, candidate) for candidate in candidates if is_open(need, candidate)]
    return sorted(found, key=place_of)


def place_of(one: Ranked) -> tuple[int, int, float, str]:
    """Return what puts a candidate before another; among equals, who lives nobody knows where comes last."""
    distance = inf if one.distance is None else one.distance
    return one.rank, -one.score, distance, one.candidate.code


def is_open(need: Need, candidate: Candidate) -> bool:
    """Say whether the contract's own public allows the candidate (L2113-12 and following CCP; ANRU: DOMAIN.md 1.5)."""
    return all(criteria & candidate.criteria for criteria in need.required)


def rank(need: Need, candidate: Candidate) -> Ranked:
    """Give a candidate its place and its reasons, in the order in which they weigh."""
    place, public = public_of(need, candidate)
    distance = kilometres(need.place, candidate.home)
    parts = [
        trade_of(need, candidate),
        nearness(distance, candidate.mobility),
        availability(need, candidate),
    ]
    reasons = [*public, *(said for part in parts for said in part.said)]
    if not candidate.is_validated:
        reasons.append("éligibilité à valider")
    return Ranked(
        candidate=candidate,
        rank=place,
        score=sum(part.points for part in parts),
        reasons=tuple(reasons),
        distance=None if distance is None else round(distance),
    )


def public_of(need: Need, candidate: Candidate) -> tuple[int, list[str]]:
    """Return the rank of the best priority public that the candidate belongs to, and all those said."""
    publics = priorities(need.publics)
    held = [place for place, public in enumerate(publics) if PUBLICS[public][1] & candidate.criteria]
    return (held[0] if held else len(publics)), [PUBLICS[publics[place]][0] for place in held]


def priorities(publics: Iterable[str]) -> list[str]:
    """Return the contract's publics, RSA in front; RSA alone when the contract names none (PRACTICE.md 1.3)."""
    return sorted(publics, key=lambda public: public != Public.RSA) or [Public.RSA]


def trade_of(need: Need, candidate: Candidate) -> Part:
    """Weigh the trade: the same ROME code, or its family (letter and two digits)."""
    if need.trade is None:
        return Part(0)
    if need.trade in candidate.trades:
        return Part(EXACT_TRADE, ("métier recherché",))
    if any(trade[:3] == need.trade[:3] for trade in candidate.trades):
        return Part(NEAR_TRADE, ("métier voisin",))
    return Part(0)


def nearness(distance: float | None, mobility: str) -> Part:
    """Weigh the distance, and say how the person travels."""
    way = (MOBILITY[Mobility(mobility)],) if mobility in MOBILITY else (TRAVEL_TO_CHECK,)
    if distance is None:
        return Part(UNKNOWN_DISTANCE, ("distance inconnue", *way))
    points = next((worth for limit, worth in NEARNESS if distance <= limit), 0)
    if distance < WALK:
        return Part(points, ("sur place",))
    return Part(points, (f"{round(distance)}{NO_BREAK}km", *way))


def availability(need: Need, candidate: Candidate) -> Part:
    """Weigh whether the person is free on the first day."""
    if candidate.available_on is None:
        return Part(UNKNOWN_AVAILABILITY, ("disponibilité à confirmer",))
    if candidate.available_on <= need.starts_on:
        return Part(AVAILABLE, ("disponible",))
    return Part(0, (f"disponible le {date_short(candidate.available_on)}",))


def kilometres(start: Point | None, end: Point | None) -> float | None:
    """Return the distance as the crow flies (haversine, mean radius 6 371 km); None when one end is not known."""
    if start is None or end is None:
        return None
    (lat1, lon1), (lat2, lon2) = ((radians(point[0]), radians(point[1])) for point in (start, end))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * asin(min(1.0, sqrt(half)))
