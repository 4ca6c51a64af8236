"""The order of candidates: publics before scores, reasons that say it, a tie that never moves."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.matching import rules
from beneficiaries.matching.rules import Candidate, Need
from beneficiaries.people.choices import Criterion, Mobility
from clauses.obligations.choices import ClauseType, Public

EVRY = (48.6287, 2.4313)
MASSY = (48.7293, 2.2743)
CORBEIL = (48.6114, 2.4800)

NEED = Need(starts_on=date(2025, 11, 3), trade="F1703", place=EVRY, publics=(Public.RSA,))
PLAIN = Candidate(
    code="B000000000",
    criteria=frozenset({Criterion.ASS}),
    is_validated=True,
    trades=frozenset({"F1703"}),
    home=EVRY,
    available_on=date(2025, 10, 1),
)


def codes(need: Need, *candidates: Candidate) -> list[str]:
    return [ranked.candidate.code for ranked in rules.order(need, candidates)]


def test_priority_public_comes_before_a_better_score() -> None:
    far = Candidate(code="RSA", criteria=frozenset({Criterion.RSA}), home=MASSY)
    assert codes(NEED, PLAIN, far) == ["RSA", PLAIN.code]


def test_rsa_comes_first_when_the_contract_names_no_public() -> None:
    rsa = Candidate(code="Z", criteria=frozenset({Criterion.RSA}))
    assert codes(replace(NEED, publics=()), PLAIN, rsa) == ["Z", PLAIN.code]


def test_contract_s_publics_keep_their_order_behind_rsa() -> None:
    assert rules.priorities([Public.YOUTH, Public.RSA, Public.SENIOR]) == [
        Public.RSA,
        Public.YOUTH,
        Public.SENIOR,
    ]
    assert rules.priorities([Public.QPV_RESIDENT]) == [Public.QPV_RESIDENT]


def test_reasons_are_said_in_the_order_in_which_they_weigh() -> None:
    person = replace(PLAIN, criteria=frozenset({Criterion.RSA}), home=CORBEIL, mobility=Mobility.CAR)
    found = rules.rank(NEED, person)
    assert found.reasons == (
        "RSA",
        "métier recherché",
        "4\u00a0km",
        "permis et véhicule",
        "disponible",
    )
    assert (found.rank, found.score, found.distance) == (0, 60 + 30 + 10, 4)


REASONS = {
    "near trade": (replace(PLAIN, trades=frozenset({"F1704"})), "métier voisin"),
    "unknown distance": (replace(PLAIN, home=None), "distance inconnue"),
    "same place": (PLAIN, "sur place"),
    "travel to check": (replace(PLAIN, home=MASSY), "trajet à vérifier"),
    "buses": (replace(PLAIN, home=MASSY, mobility=Mobility.PUBLIC_TRANSPORT), "transports en commun"),
    "available later": (replace(PLAIN, available_on=date(2025, 12, 1)), "disponible le 01/12/2025"),
    "availability unknown": (replace(PLAIN, available_on=None), "disponibilité à confirmer"),
    "not validated": (replace(PLAIN, is_validated=False), "éligibilité à valider"),
}


@pytest.mark.parametrize("what", REASONS)
def test_each_reason_is_told(what: str) -> None:
    candidate, reason = REASONS[what]
    assert reason in rules.rank(NEED, candidate).reasons


def test_another_trade_is_not_refused_but_comes_after() -> None:
    cleaner = replace(PLAIN, code="A", trades=frozenset({"K2204"}))
    near = replace(PLAIN, code="C", trades=frozenset({"F1704"}))
    assert codes(NEED, cleaner, near, PLAIN) == [PLAIN.code, "C", "A"]


def test_between_equals_the_nearest_comes_first() -> None:
    """Within five kilometres all are worth the same: « sur place » still comes before « 4 km »."""
    near = replace(PLAIN, code="A", home=CORBEIL)
    here = replace(PLAIN, code="B", home=EVRY)
    nowhere = [
        replace(PLAIN, code="0", home=None, available_on=None),
        replace(PLAIN, code="1", home=(48.45, 2.16), available_on=None),
    ]
    assert codes(NEED, near, here) == ["B", "A"]
    assert codes(NEED, *nowhere, near) == ["A", "0", "1"]


def test_reserved_contract_leaves_only_its_public() -> None:
    reserved = replace(NEED, required=rules.required(ClauseType.RESERVED_SIAE, is_renewal=False))
    worker = replace(PLAIN, code="IAE", criteria=frozenset({Criterion.IAE_EI}))
    assert codes(reserved, PLAIN, worker) == ["IAE"]


def test_both_structures_of_a_mixed_reservation_are_open() -> None:
    mixed = replace(NEED, required=rules.required(ClauseType.RESERVED_MIXED, is_renewal=False))
    worker = replace(PLAIN, code="IAE", criteria=frozenset({Criterion.IAE_EI}))
    adapted = replace(PLAIN, code="EA", criteria=frozenset({Criterion.ADAPTED_EA}))
    assert set(codes(mixed, PLAIN, worker, adapted)) == {"IAE", "EA"}


def test_urban_renewal_is_for_its_neighbourhoods_on_top_of_a_reservation() -> None:
    """DOMAIN.md 1.5: both publics are asked at once, not one or the other."""
    resident = replace(PLAIN, code="QPV", criteria=frozenset({Criterion.QPV_RESIDENT}))
    both = replace(PLAIN, code="BOTH", criteria=frozenset({Criterion.QPV_RESIDENT, Criterion.IAE_EI}))
    renewal = replace(NEED, required=rules.required(ClauseType.EXECUTION, is_renewal=True))
    assert set(codes(renewal, PLAIN, resident, both)) == {"QPV", "BOTH"}
    reserved = replace(NEED, required=rules.required(ClauseType.RESERVED_SIAE, is_renewal=True))
    assert codes(reserved, PLAIN, resident, both) == ["BOTH"]
    assert rules.required(ClauseType.EXECUTION, is_renewal=False) == ()


def test_every_public_of_a_clause_is_known_and_criteria_are_real() -> None:
    assert set(rules.PUBLICS) == set(Public)
    assert {code for _, held in rules.PUBLICS.values() for code in held} <= set(Criterion)


def test_distance_is_the_known_one() -> None:
    found = rules.kilometres(EVRY, MASSY)
    assert found == pytest.approx(16.1, abs=0.3)
    assert rules.kilometres(EVRY, None) is None


people = st.builds(
    Candidate,
    code=st.text("0123456789ABCDEF", min_size=10, max_size=10),
    criteria=st.frozensets(st.sampled_from(Criterion), max_size=3),
    is_validated=st.booleans(),
    trades=st.frozensets(st.sampled_from(["F1703", "F1704", "K2204"]), max_size=2),
    home=st.none() | st.sampled_from([EVRY, MASSY, CORBEIL]),
    available_on=st.none() | st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    mobility=st.sampled_from(Mobility),
)


@given(
    st.lists(people, max_size=12, unique_by=lambda one: one.code),
    st.randoms(use_true_random=False),
    st.lists(st.sampled_from(Public), unique=True),
)
def test_order_depends_on_nothing_but_the_people(
    candidates: list[Candidate], shuffle: object, publics: list[str]
) -> None:
    need = replace(NEED, publics=tuple(publics))
    found = rules.order(need, candidates)
    mixed = list(candidates)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert rules.order(need, mixed) == found
    assert len(found) == len(candidates)
    assert [one.rank for one in found] == sorted(one.rank for one in found)
    assert all(one.reasons and one.score <= 100 for one in found)


@given(
    start=st.tuples(st.floats(-89, 89), st.floats(-179, 179)),
    end=st.tuples(st.floats(-89, 89), st.floats(-179, 179)),
)
def test_distance_is_the_same_both_ways_and_never_beyond_half_the_earth(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    there, back = rules.kilometres(start, end), rules.kilometres(end, start)
    assert there is not None
    assert there == pytest.approx(back)
    assert 0 <= there <= 20016
