"""Each field is read as real files write it; what is odd is told, what is impossible is not kept (DOMAIN.md 1.8)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from clauses.decp.choices import (
    ExecutionMode,
    IdentifierKind,
    Nature,
    PlaceKind,
    PriceForm,
    PriceType,
    Procedure,
    Remark,
    SocialConsideration,
    Technique,
    Verdict,
)
from clauses.decp.rules import identifiers
from clauses.decp.rules.records import Record
from clauses.decp.rules.values import CPV_DIVISIONS
from tests.clauses.decp.samples import COMPANY, contractor, record_of, told

R = Remark


def oddities(record: Record) -> set[Remark]:
    return {notice.code for notice in record.notices}


def test_nothing_is_told_of_a_sound_contract() -> None:
    record = record_of()
    assert record.notices == ()
    assert record.key == ("21910228200015", "2025M0042")
    assert record.buyer.siren == "219102282"
    assert (record.nature, record.procedure) == (Nature.CONTRACT, Procedure.ADAPTED)
    assert (record.price_form, record.price_types) == (PriceForm.LUMP_SUM, (PriceType.REVISABLE,))
    assert (record.techniques, record.execution_modes) == ((Technique.NONE,), (ExecutionMode.TRANCHES,))
    assert not record.is_concession


@pytest.mark.parametrize(
    ("raw", "amount", "oddity"),
    [
        (97.5, "97.50", R.AMOUNT_UNLIKELY),
        (640000, "640000.00", None),
        (46875.666666, "46875.67", None),
        (0.005, "0.01", R.AMOUNT_UNLIKELY),
        (0, "0.00", R.AMOUNT_PLACEHOLDER),
        (0.001, "0.00", R.AMOUNT_PLACEHOLDER),
        (1, "1.00", R.AMOUNT_PLACEHOLDER),
        (999999999, "999999999.00", R.AMOUNT_PLACEHOLDER),
        (99999999.99, "99999999.99", R.AMOUNT_PLACEHOLDER),
        (9999999, "9999999.00", None),
        (1.2e9, "1200000000.00", R.AMOUNT_UNLIKELY),
        (1.0e17, None, R.AMOUNT_IMPOSSIBLE),
        (-0.01, None, R.AMOUNT_IMPOSSIBLE),
        (-640000, None, R.AMOUNT_IMPOSSIBLE),
        ("640000.5", "640000.50", R.NUMBER_AS_TEXT),
        ("640 000,50 €", "640000.50", R.NUMBER_AS_TEXT),
        ("640\u202f000,50 € HT", "640000.50", R.NUMBER_AS_TEXT),
        ("1.240.000,50", "1240000.50", R.NUMBER_AS_TEXT),
        ("1,240,000.50", "1240000.50", R.NUMBER_AS_TEXT),
        ("1,240,000", "1240000.00", R.NUMBER_AS_TEXT),
        ("1,24E+6", "1240000.00", R.NUMBER_AS_TEXT),
        ("-5", None, R.AMOUNT_IMPOSSIBLE),
        ("environ 5000", None, R.UNREADABLE),
        ("٣٤٥", None, R.UNREADABLE),
        ("NaN", None, R.MISSING),
        ("", None, R.MISSING),
        (None, None, R.MISSING),
        (True, None, R.UNREADABLE),
        ([640000], None, R.UNREADABLE),
        ({"valeur": 1}, None, R.UNREADABLE),
    ],
)
def test_an_amount_is_read_to_the_cent(raw: Any, amount: str | None, oddity: Remark | None) -> None:
    record = record_of(montant=raw)
    assert record.amount == (None if amount is None else Decimal(amount))
    assert record.amount is None or str(record.amount) == amount
    assert (oddity is None) == (not record.notices)
    assert oddity is None or (oddity, "montant") in told(record.notices)


@pytest.mark.parametrize(
    ("raw", "months", "oddity"),
    [
        (14, 14, None),
        (240, 240, None),
        (1.5, 2, R.DURATION_ROUNDED),
        (0.1, 1, R.DURATION_ROUNDED),
        ("48", 48, R.NUMBER_AS_TEXT),
        ("48 mois", 48, R.NUMBER_AS_TEXT),
        ("2,5", 3, R.DURATION_ROUNDED),
        (365, 365, R.DURATION_UNLIKELY),
        (0, None, R.DURATION_IMPOSSIBLE),
        (-3, None, R.DURATION_IMPOSSIBLE),
        (1201, None, R.DURATION_IMPOSSIBLE),
        (1e300, None, R.DURATION_IMPOSSIBLE),
        ("NC", None, R.DURATION_UNKNOWN),
        ("Non communiquée", None, R.DURATION_UNKNOWN),
        ("un an", None, R.UNREADABLE),
        (None, None, R.MISSING),
    ],
)
def test_a_duration_is_a_whole_number_of_months_rounded_up(
    raw: Any, months: int | None, oddity: Remark | None
) -> None:
    record = record_of(dureeMois=raw)
    assert record.months == months
    assert oddities(record) >= ({oddity} if oddity else set())
    assert bool(oddity) == bool(record.notices)


@pytest.mark.parametrize(
    ("raw", "day", "oddity"),
    [
        ("2025-03-10", date(2025, 3, 10), None),
        ("2025-03-10+01:00", date(2025, 3, 10), R.DATE_ZONE),
        ("2025-03-10-0400", date(2025, 3, 10), R.DATE_ZONE),
        ("2025-03-10Z", date(2025, 3, 10), R.DATE_ZONE),
        ("2025-03-10T09:30:00", date(2025, 3, 10), R.DATE_ZONE),
        ("2025-03-09T23:30:00Z", date(2025, 3, 10), R.DATE_ZONE),
        ("2024-12-31T22:59:59+00:00", date(2024, 12, 31), R.DATE_ZONE),
        ("2025-3-1", date(2025, 3, 1), R.DATE_REPAIRED),
        ("10/03/2025", date(2025, 3, 10), R.DATE_REPAIRED),
        ("20250310", date(2025, 3, 10), R.DATE_REPAIRED),
        (20250310, date(2025, 3, 10), R.DATE_REPAIRED),
        ("2027-06-01", date(2027, 6, 1), R.DATE_ORDER),
        ("2027-06-02", None, R.DATE_IMPLAUSIBLE),
        ("0218-12-26", None, R.DATE_IMPLAUSIBLE),
        ("1999-12-31", None, R.DATE_IMPLAUSIBLE),
        ("2207-03-10", None, R.DATE_IMPLAUSIBLE),
        ("9999-12-31T23:59:59-12:00", None, R.UNREADABLE),
        ("2025-02-30", None, R.UNREADABLE),
        ("31/31/2025", None, R.UNREADABLE),
        ("2025-03-10 environ", None, R.UNREADABLE),
        ("mars 2025", None, R.UNREADABLE),
        (45726, None, R.UNREADABLE),
        ("nan", None, R.MISSING),
        (None, None, R.MISSING),
    ],
)
def test_a_date_is_a_day_of_paris(raw: Any, day: date | None, oddity: Remark | None) -> None:
    record = record_of(dateNotification=raw)
    assert record.notified_on == day
    assert oddities(record) == ({oddity} if oddity else set())


def test_a_publication_before_the_notification_is_told_and_kept() -> None:
    record = record_of(datePublicationDonnees="2025-03-09")
    [notice] = record.notices
    assert (notice.code, record.published_on) == (R.DATE_ORDER, date(2025, 3, 9))
    assert "10/03/2025" in notice.message


@pytest.mark.parametrize(
    ("raw", "code", "oddity"),
    [
        ("45214200-2", "45214200", None),
        ("45214200", "45214200", None),
        (45214200, "45214200", None),
        (" 45214200-2 ", "45214200", None),
        ("45214200-7", "45214200", R.CPV_KEY),
        ("09310000-5", "09310000", None),
        ("72267100-0", "72267100", None),
        ("9310000", "09310000", R.CPV_REPAIRED),
        ("3451000", "03451000", R.CPV_REPAIRED),
        (3121000, "03121000", R.CPV_REPAIRED),
        ("9310000-5", "09310000", R.CPV_REPAIRED),
        ("031210005", "03121000", R.CPV_REPAIRED),
        ("452142003", "", R.UNREADABLE),
        ("4521420", "", R.UNREADABLE),
        ("74322000-2", "74322000", R.CPV_UNKNOWN),
        ("00000000-1", "", R.UNREADABLE),
        ("0", "", R.UNREADABLE),
        ("travaux", "", R.UNREADABLE),
        ("٤٥٢١٤٢٠٠", "", R.UNREADABLE),
        (None, "", R.MISSING),
    ],
)
def test_a_cpv_code_has_eight_digits(raw: Any, code: str, oddity: Remark | None) -> None:
    record = record_of(codeCPV=raw)
    assert record.cpv == code
    assert oddities(record) == ({oddity} if oddity else set())


def test_the_nomenclature_has_forty_five_divisions() -> None:
    assert len(CPV_DIVISIONS) == 45


@pytest.mark.parametrize(
    ("code", "kind", "insee_code", "departement", "oddity"),
    [
        ("91228", "Code commune", "91228", "91", None),
        ("2B002", "Code commune", "2B002", "2B", None),
        ("2b002", "CODE COMMUNE", "2B002", "2B", None),
        ("97209", "Code commune", "97209", "972", None),
        ("91000", "Code postal", "", "91", None),
        ("91390", "Code postal", "", "91", None),
        ("97430", "Code postal", "", "974", None),
        ("20137", "Code postal", "", "", None),
        ("91", "Code département", "", "91", None),
        ("2A", "Code département", "", "2A", None),
        ("11", "Code région", "", "", None),
        ("FR", "Code pays", "", "", None),
        ("913", "Code arrondissement", "", "", None),
        ("91", "Code postal", "", "91", R.PLACE_REPAIRED),
        ("FR91000", "Code postal", "", "91", R.PLACE_REPAIRED),
        ("078", "Code département", "", "78", R.PLACE_REPAIRED),
        ("94500", "Code commune", "94500", "94", None),
        ("92000", "Code commune", "", "", R.PLACE_CODE),
        ("INO", "Code commune", "", "", R.PLACE_CODE),
        ("91228", "Code département", "", "", R.PLACE_CODE),
        ("99", "Code département", "", "", R.PLACE_CODE),
        ("972231", "Code département", "", "", R.PLACE_CODE),
        ("775000", "Code postal", "", "", R.PLACE_CODE),
        ("FR", "Code postal", "", "", R.PLACE_CODE),
        ("91228", "Code ville", "", "", R.UNKNOWN_WORD),
        ("91228", None, "", "", None),
    ],
)
def test_a_place_is_what_its_kind_says(
    code: str, kind: str | None, insee_code: str, departement: str, oddity: Remark | None
) -> None:
    record = record_of(lieuExecution={"code": code, "typeCode": kind, "nom": "Quelque part"})
    assert record.place is not None
    assert (record.place.insee_code, record.place.departement) == (insee_code, departement)
    assert (record.place.name, oddities(record)) == ("Quelque part", {oddity} if oddity else set())


def test_a_place_without_a_code_keeps_its_name() -> None:
    record = record_of(lieuExecution={"nom": "Plateau de Saclay"})
    assert record.place is not None
    assert (record.place.kind, record.place.name, record.place.insee_code) == (None, "Plateau de Saclay", "")
    assert record_of(lieuExecution={"code": "", "nom": None}).place is None
    assert oddities(record_of(lieuExecution="Massy")) == {R.UNREADABLE}


def test_a_repaired_place_changes_kind() -> None:
    record = record_of(lieuExecution={"code": "91", "typeCode": "Code postal"})
    assert record.place is not None
    assert record.place.kind == PlaceKind.DEPARTEMENT


@pytest.mark.parametrize(
    ("raw", "number", "verdict"),
    [
        ("21910228200015", "21910228200015", Verdict.VALID),
        (" 219 102 282\t00015 ", "21910228200015", Verdict.VALID),
        ("219.102.282-00015", "21910228200015", Verdict.VALID),
        ("\u00a0219\u202f102\u202f282 00015\ufeff", "21910228200015", Verdict.VALID),
        ("21910228200016", "21910228200016", Verdict.WRONG_KEY),
        ("35600000049837", "35600000049837", Verdict.VALID),
        ("35600000000048", "35600000000048", Verdict.VALID),
        ("35600000049838", "35600000049838", Verdict.WRONG_KEY),
        ("219102282", "219102282", Verdict.SIREN),
        ("219102283", "219102283", Verdict.WRONG_KEY),
        ("735020000049", "735020000049", Verdict.MALFORMED),
        ("8728124200013", "08728124200013", Verdict.VALID),
        ("8728124200014", "8728124200014", Verdict.MALFORMED),
        ("87281242", "087281242", Verdict.SIREN),
        ("537020216000157", "537020216000157", Verdict.MALFORMED),
        ("00000000000000", "00000000000000", Verdict.MALFORMED),
        ("2,19102E+13", "2,19102E+13", Verdict.MALFORMED),
        ("CHCIESTTDORIANROSS", "CHCIESTTDORIANROSS", Verdict.MALFORMED),
        ("", "", Verdict.MALFORMED),
    ],
)
def test_an_establishment_is_judged_by_its_keys(raw: str, number: str, verdict: Verdict) -> None:
    """DOMAIN.md 10, lines 1 and 2: Luhn, and the sum of digits for La Poste."""
    found = identifiers.of_establishment(raw)
    assert (found.text, found.verdict) == (number, verdict)


def test_a_number_that_a_spreadsheet_ruined_is_refused_with_that_reason() -> None:
    assert "tableur" in identifiers.of_establishment("2.19102E+13").detail
    assert "tableur" in identifiers.of_establishment("2,19102E+13").detail


@pytest.mark.parametrize(
    ("kind", "raw", "number", "read_as", "verdict"),
    [
        ("SIRET", COMPANY, COMPANY, IdentifierKind.SIRET, Verdict.VALID),
        ("TVA", "FR39356000000", "FR39356000000", IdentifierKind.VAT, Verdict.VALID),
        ("TVA_INTRACOMMUNAUTAIRE", "NL805843954B01", "NL805843954B01", IdentifierKind.VAT, Verdict.VALID),
        ("TVA", "BE 0428.821.954", "BE0428821954", IdentifierKind.VAT, Verdict.VALID),
        ("TVA", "FR00356000000", "FR00356000000", IdentifierKind.VAT, Verdict.MALFORMED),
        ("TVA", "29002224", "29002224", IdentifierKind.VAT, Verdict.MALFORMED),
        ("TVA", COMPANY, COMPANY, IdentifierKind.SIRET, Verdict.VALID),
        ("TAHITI", "587857001", "587857001", IdentifierKind.TAHITI, Verdict.UNCHECKED),
        ("HORS_UE", "CHCIESTTDORIANROSS", "CHCIESTTDORIANROSS", IdentifierKind.OUTSIDE_EU, Verdict.UNCHECKED),
        ("", COMPANY, COMPANY, IdentifierKind.SIRET, Verdict.VALID),
        ("", "12", "12", None, Verdict.UNCHECKED),
    ],
)
def test_a_company_is_identified_by_its_kind_of_number(
    kind: str, raw: str, number: str, read_as: IdentifierKind | None, verdict: Verdict
) -> None:
    [operator] = record_of(titulaires=[contractor(raw, kind)]).contractors
    assert (operator.id, operator.kind, operator.verdict) == (number, read_as, verdict)


@pytest.mark.parametrize(
    ("raw", "clean", "oddities_told"),
    [
        ("  Groupe\t scolaire \n", "Groupe scolaire", set()),
        ("Mur<br />à<BR>pêches", "Mur à pêches", {R.TEXT_CLEANED}),
        ("D&#8217;UN &amp; l&eacute;ger", "D’UN & léger", {R.TEXT_CLEANED}),
        ("A&M &copies R&D;", "A&M &copies R&D;", {R.TEXT_CLEANED}),
        ("SPIE INDUSTRIE & TERTIAIRE", "SPIE INDUSTRIE & TERTIAIRE", set()),
        ("March\ufffd", "March\ufffd", {R.TEXT_BROKEN}),
        ("\ud83d cassé", "\ufffd cassé", {R.TEXT_BROKEN}),
        ("nul\x00 et\x1bvoid", "nul etvoid", set()),
        ("e\u0301cole", "école", set()),
        ("x" * 1000, "x" * 1000, set()),
        ("x" * 1001, "x" * 1000, {R.TEXT_CUT}),
        (2025, "2025", set()),
        (["Objet"], "", {R.UNREADABLE}),
        (" ", "", {R.MISSING}),
    ],
)
def test_a_text_is_one_line_that_can_be_stored(raw: Any, clean: str, oddities_told: set[Remark]) -> None:
    record = record_of(objet=raw)
    assert record.object == clean
    assert oddities(record) == oddities_told


SOCIAL = SocialConsideration


@pytest.mark.parametrize(
    ("raw", "found", "oddity"),
    [
        (
            {"considerationSociale": ["Clause sociale", "Critère social"]},
            (SOCIAL.CLAUSE, SOCIAL.CRITERION),
            None,
        ),
        (
            {"considerationSociale": ["Critère social", "Clause sociale"]},
            (SOCIAL.CLAUSE, SOCIAL.CRITERION),
            None,
        ),
        ({"considerationSociale": "Marché réservé"}, (SOCIAL.RESERVED,), None),
        ({"considerationSociale": ["Concession réservée"]}, (SOCIAL.RESERVED,), None),
        (["CLAUSE SOCIALE", "clause  sociale"], (SOCIAL.CLAUSE,), None),
        ("Clause sociale, Critère social", (SOCIAL.CLAUSE, SOCIAL.CRITERION), None),
        ({"considerationSociale": ["Pas de considération sociale"]}, (SOCIAL.NONE,), None),
        (["Pas de considération sociale", "Clause sociale"], (SOCIAL.CLAUSE,), R.CONTRADICTION),
        (["Clause verte"], None, R.UNKNOWN_WORD),
        (["Clause verte", "Clause sociale"], (SOCIAL.CLAUSE,), R.UNKNOWN_WORD),
        ([], None, R.MISSING),
        ({}, None, R.MISSING),
        (None, None, R.MISSING),
        ({"autre": 1}, None, R.UNREADABLE),
    ],
)
def test_social_considerations_are_never_guessed(
    raw: Any, found: tuple[SocialConsideration, ...] | None, oddity: Remark | None
) -> None:
    """Absent is not « Pas de considération sociale », which stands alone (DOMAIN.md 1.8)."""
    record = record_of(considerationsSociales=raw)
    assert record.social == found
    assert oddities(record) == ({oddity} if oddity else set())


@pytest.mark.parametrize(
    ("field", "raw", "name", "found"),
    [
        ("nature", "MARCHE", "nature", Nature.CONTRACT),
        ("nature", "Accord-cadre", "nature", Nature.FRAMEWORK),
        ("nature", "DELEGATION DE SERVICE PUBLIC", "nature", Nature.PUBLIC_SERVICE_DELEGATION),
        ("nature", "Contrat", "nature", None),
        ("procedure", "Appel d’offres ouvert", "procedure", Procedure.OPEN),
        ("procedure", "Procédure concurrentielle avec négociation", "procedure", Procedure.NEGOTIATED),
        (
            "procedure",
            "Marché négocié sans publicité ni mise en concurrence préalable",
            "procedure",
            Procedure.WITHOUT_COMPETITION,
        ),
        ("formePrix", "Ferme et actualisable", "price_types", (PriceType.UPDATABLE, PriceType.REVISABLE)),
        ("formePrix", "Révisable", "price_form", None),
        ("formePrix", "Mixte", "price_form", PriceForm.MIXED),
        ("formePrix", "Au poids", "price_form", None),
        ("techniques", {"technique": ["Concours", "Accord-cadre"]}, "techniques", (Technique.FRAMEWORK, Technique.CONTEST)),
    ],
)  # fmt: skip
def test_the_words_of_both_formats_are_known(field: str, raw: Any, name: str, found: object) -> None:
    record = record_of(**{field: raw})
    assert getattr(record, name) == found
    assert (Remark.UNKNOWN_WORD, field) in told(record.notices) or raw not in ("Contrat", "Au poids")
