"""What the merge fields say when the lots agree, and when they do not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from clauses.obligations.choices import ClauseType, DueDocument, ModalityFamily, Public
from clauses.obligations.rules.articles import applicable
from clauses.obligations.selectors.articles import known_articles
from clauses.procurement.choices import Ccag
from clauses.texts.rules.blocks import Items, Table, Value
from clauses.texts.rules.facts import LotFacts, Share, TenderFacts, TrancheFacts
from clauses.texts.rules.sample import sample
from clauses.texts.rules.values import TO_FILL, values_of

FACTS = sample(articles=())
FIRST, SECOND, THIRD, _ACTIONS = FACTS.lots
NB = "\u00a0"


def having(*lots: LotFacts) -> TenderFacts:
    return replace(FACTS, lots=lots)


def table(value: Value) -> Table:
    assert isinstance(value, tuple)
    (found,) = value
    assert isinstance(found, Table)
    return found


def items(value: Value) -> tuple[str, ...]:
    assert isinstance(value, tuple)
    (found,) = value
    assert isinstance(found, Items)
    return found.items


def test_works_have_their_own_article() -> None:
    assert values_of(FACTS)["article_ccag"] == "20.1"
    assert values_of(replace(FACTS, ccag=Ccag.FCS))["article_ccag"] == "16.1"


def test_lots_that_agree_are_told_once_and_others_apart() -> None:
    dear = replace(SECOND, terms=replace(SECOND.terms, penalty_hour=Decimal("62.50")))
    assert values_of(FACTS)["penalite_heure"] == f"50{NB}€"
    told = values_of(having(FIRST, dear, THIRD))["penalite_heure"]
    assert told == f"50{NB}€ pour les lots{NB}1 et 3, 62,50{NB}€ pour le lot{NB}2"


def test_a_cap_of_one_lot_is_said_of_that_lot_only() -> None:
    capped = replace(SECOND, terms=replace(SECOND.terms, penalty_cap_applies=True))
    assert values_of(FACTS)["plafond_des_penalites"] == "Ces pénalités ne sont pas plafonnées."
    told = values_of(having(FIRST, capped))["plafond_des_penalites"]
    assert told == (
        f"Pour le lot{NB}1, ces pénalités ne sont pas plafonnées. Pour le lot{NB}2, leur total est plafonné à"
        " 10\u202f% du montant hors taxes du lot."
    )


def test_small_penalties_are_waived_when_the_clause_says_so() -> None:
    kind = replace(FIRST, terms=replace(FIRST.terms, small_penalty_waiver_applies=True))
    assert "dès le premier euro" in str(values_of(FACTS)["petites_penalites"])
    assert f"1\u202f000{NB}€ hors taxes" in str(values_of(having(kind))["petites_penalites"])


def test_hours_that_follow_the_invoices_say_their_rate_and_have_no_total() -> None:
    follows = replace(THIRD, terms=replace(THIRD.terms, hours_per_100k=Decimal(35)))
    values = values_of(having(FIRST, SECOND, follows))
    shown = table(values["tableau_des_heures"])
    rate = f"35{NB}h par tranche de 100\u202f000{NB}€ HT facturés"
    assert shown.rows[2] == ("3", "Peinture", f"{rate} (prévision : 410{NB}h)")
    assert shown.total == ()
    assert values["heures_totales"] == f"2\u202f210{NB}h et {rate}"
    assert table(values_of(having(FIRST, SECOND, THIRD))["tableau_des_heures"]).total == (
        "Total",
        "",
        f"2\u202f620{NB}h",
    )


def test_optional_tranches_are_printed_apart_and_out_of_the_total() -> None:
    phased = replace(SECOND, tranches=(TrancheFacts(number=1, hours=Decimal(120)),))
    values = values_of(having(FIRST, phased, THIRD))
    shown = table(values["tableau_des_heures"])
    assert shown.rows[1:3] == (
        ("2", "Voirie et espaces verts", f"320{NB}h"),
        ("2", f"Tranche optionnelle{NB}1, due si elle est affermie", f"120{NB}h"),
    )
    assert shown.total == ("Total", "hors tranches optionnelles", f"2\u202f620{NB}h")
    assert values["heures_totales"] == f"2\u202f620{NB}h, hors tranches optionnelles"
    filled = table(values["tableau_des_engagements"])
    assert filled.rows[2] == ("2", f"Tranche optionnelle{NB}1 : 120{NB}h", "Comme pour le lot")


def test_a_way_that_some_lots_refuse_names_the_lots_that_take_it() -> None:
    direct = replace(SECOND, terms=replace(SECOND.terms, modalities=(ModalityFamily.DIRECT_HIRE,)))
    told = items(values_of(having(FIRST, direct))["modalites"])
    assert len(told) == 3
    assert told[0].startswith("l’embauche directe")
    assert "seulement" not in told[0]
    assert told[2].endswith(f"pour le lot{NB}1 seulement.")
    assert len(items(values_of(having(direct))["modalites"])) == 1


def test_each_document_has_its_delay() -> None:
    every = replace(FIRST, terms=replace(FIRST.terms, documents=tuple(DueDocument), statement_due_day=1))
    told = items(values_of(having(every))["documents_dus"])
    assert told[0] == "relevé mensuel des heures, au plus tard le 1er du mois qui suit le mois travaillé ;"
    assert f"dans les 15{NB}jours qui suivent la réunion" in told[2]
    assert told[-1].endswith("avant le premier jour de travail.")


def test_priority_publics_are_told_or_said_to_be_none() -> None:
    several = replace(FIRST, publics=(Public.RSA, Public.YOUTH))
    assert (
        values_of(having(several))["publics_prioritaires"]
        == "bénéficiaires du RSA et jeunes de moins de 26 ans"
    )
    assert (
        values_of(having(replace(FIRST, publics=())))["publics_prioritaires"] == "aucun public en particulier"
    )


def test_reserved_lots_and_criteria_have_their_sentence() -> None:
    reserved = replace(SECOND, clause_type=ClauseType.RESERVED_SIAE)
    scored = replace(THIRD, clause_type=ClauseType.EXECUTION_AND_CRITERION)
    values = values_of(having(FIRST, reserved, scored))
    assert values["lots_reserves"] == (
        f"Pour le lot{NB}2, la participation est réservée aux structures d’insertion par l’activité économique et"
        " équivalentes."
    )
    assert str(values["critere_social"]).startswith(f"Pour le lot{NB}3, un critère social")
    assert values_of(FACTS)["lots_reserves"] == ""


def test_the_members_of_a_group_have_their_parts_and_before_the_award_a_table_to_fill() -> None:
    members = (
        Share(name="Bâti-Sud", part=Decimal("0.7"), hours=Decimal(1323)),
        Share(name="Couleurs", part=Decimal("0.3"), hours=Decimal(567)),
    )
    awarded = table(values_of(having(replace(FIRST, shares=members), SECOND))["repartition_du_groupement"])
    assert awarded.rows == (
        ("1", "Bâti-Sud", "70\u202f%", f"1\u202f323{NB}h"),
        ("1", "Couleurs", "30\u202f%", f"567{NB}h"),
    )
    to_fill = table(values_of(having(FIRST))["repartition_du_groupement"])
    assert set(to_fill.rows) == {("1", TO_FILL, TO_FILL, TO_FILL)}


def test_strictness_and_training_are_said_as_the_clause_has_them() -> None:
    strict = having(replace(FIRST, strict_prior_validation=True, count_training=False))
    assert "aucune heure" in str(values_of(strict)["eligibilite_prealable"]).lower()
    assert "ne comptent pas" in str(values_of(strict)["heures_de_formation"])
    assert "tardive" in str(values_of(FACTS)["eligibilite_prealable"])
    assert " comptent parmi" in str(values_of(FACTS)["heures_de_formation"])


def names(on: date, *, types: tuple[ClauseType, ...] = (ClauseType.EXECUTION,), above: bool = True,
          private: bool = False) -> list[str]:  # fmt: skip
    found = applicable(known_articles(), on=on, clause_types=types, above_threshold=above, is_private=private)
    return [one.name.removeprefix("article ").partition(" ")[0] for one in found]


@pytest.mark.parametrize(
    ("on", "above", "cited"),
    [
        (date(2026, 8, 20), True, ["L3-1", "L2111-1", "L2112-2"]),
        (date(2026, 8, 21), True, ["L3-1", "L2111-1", "L2112-2", "L2112-2-1"]),
        (date(2026, 8, 21), False, ["L3-1", "L2111-1", "L2112-2"]),
        (date(2020, 1, 1), True, ["L2111-1", "L2112-2"]),
        (date(2019, 3, 31), True, ["38"]),
        (date(2016, 3, 31), True, []),
    ],
)
def test_articles_are_those_of_the_day_of_the_consultation(on: date, above: bool, cited: list[str]) -> None:
    assert names(on, above=above) == cited


def test_articles_follow_the_kind_of_clause() -> None:
    day = date(2025, 1, 1)
    assert "L2113-13" in names(day, types=(ClauseType.RESERVED_SIAE,))
    assert "L2113-13" not in names(day)
    assert names(day, private=True) == ["1231-5"]
