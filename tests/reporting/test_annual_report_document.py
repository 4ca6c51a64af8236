"""The annual report as a document: its figures, its pages, its attached tables, its canonical bytes."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import outloud
import pikepdf
import pytest
from pikepdf import Name
from pypdf import PdfReader
from pypdf.generic import Destination

from inclusiv.core.pdf import Pdf
from inclusiv.core.quantities import percentage
from inclusiv.core.tables import Unit
from reporting.figures.selectors.annual import GroupFigures
from reporting.publication.documents import (
    AnnualReport,
    BuyerKind,
    Compliance,
    Count,
    Foreword,
    HoursShare,
    KeyFigure,
    MonthHours,
    People,
    PeopleGroup,
    Seal,
    print_annual_report,
)
from reporting.publication.documents.annual_report import OTHER_BUYERS
from reporting.publication.documents.annual_report_figures import told_apart
from reporting.publication.documents.annual_report_pages import words

D = Decimal
HOURS = "28240 30610 36120 37480 34350 39640 36480 18350 40720 41200 40150 29040"
BEFORE = "25180 27220 31990 34030 32670 36750 33350 16340 39480 40840 37430 26553"


def kind(label: str, tenders: int, owed: str, validated: str, rate: str, people: int | None) -> BuyerKind:
    return BuyerKind(
        label=label, tenders=tenders, owed=D(owed), validated=D(validated), rate=D(rate), people=people
    )


def group(label: str, people: int, share: str, previous: str) -> PeopleGroup:
    return PeopleGroup(label=label, people=people, share=D(share), previous=D(previous))


def hours(label: str, quantity: str, share: str, structures: int | None = None) -> HoursShare:
    return HoursShare(label=label, hours=D(quantity), share=D(share), structures=structures)


def year_2026() -> AnnualReport:
    """A full year of a département, with the figures that the look was drawn with."""
    return AnnualReport(
        year=2026,
        charter="Charte Inclusiv’Essonne",
        perimeter="Département de l’Essonne, tous donneurs d’ordre",
        cut_off=datetime(2027, 1, 31, 22, 30, tzinfo=UTC),
        edition=1,
        code="K7QF2M9XTD",
        published_on=date(2027, 3, 12),
        fte_hours=1600,
        key_figures=(
            KeyFigure(
                label="heures validées", value=D("412380"), unit=Unit.HOURS, previous=D("381833"),
                target=D("400000"), note="258 équivalents temps plein (1 600 h)",
            ),
            KeyFigure(label="personnes", value=D(1204), unit=Unit.COUNT, previous=D(1118)),
            KeyFigure(
                label="au RSA, soit 518 personnes", value=D("43.0"), unit=Unit.PERCENT, previous=D("39.0"),
                target=D(45), first=True,
            ),
            KeyFigure(label="de femmes", value=D("31.0"), unit=Unit.PERCENT, previous=D("28.0")),
            KeyFigure(
                label="marchés en cours", value=D(347), unit=Unit.COUNT,
                note="dont 96 notifiés dans l’année, 41 donneurs d’ordre",
            ),
            KeyFigure(
                label="de sorties dynamiques", value=D("58.0"), unit=Unit.PERCENT,
                note="dont 27 % vers un emploi durable, sur 402 sorties",
            ),
        ),
        months=tuple(
            MonthHours(month=month, hours=D(now), previous=D(before))
            for month, (now, before) in enumerate(zip(HOURS.split(), BEFORE.split(), strict=True), start=1)
        ),
        modalities=(
            hours("Mise à disposition par une ETTI", "131137", "31.8"),
            hours("Embauche directe en CDD", "94847", "23.0"),
            hours("Mise à disposition par une association intermédiaire", "51960", "12.6"),
            hours("Embauche directe en CDI", "46599", "11.3"),
            hours("Sous-traitance à un atelier et chantier d’insertion", "39589", "9.6"),
            hours("Contrat d’apprentissage", "28042", "6.8"),
            hours("Mise à disposition par un GEIQ", "20206", "4.9"),
        ),
        buyers=(
            kind("État et ses établissements", 38, "52400", "49310", "94.10", 148),
            kind("Département", 61, "88150", "90420", "102.58", 263),
            kind("Intercommunalités", 74, "97800", "92260", "94.34", 271),
            kind("Communes", 112, "118900", "112040", "94.23", 356),
            kind("Bailleurs sociaux", 47, "58200", "61150", "105.07", 177),
            kind("Donneurs d’ordre privés", 15, "8300", "7200", "86.75", None),
        ),
        all_buyers=kind("Ensemble", 347, "423750", "412380", "97.32", 1204),
        people=People(
            total=1204,
            previous=1118,
            rsa=group("Percevant le RSA", 518, "43.0", "39.0"),
            groups=(
                group("Femmes", 373, "31.0", "28.0"),
                group("Demandeurs d’emploi de longue durée", 349, "29.0", "31.2"),
                group("Moins de 26 ans", 313, "26.0", "27.4"),
                group("Sans diplôme ou niveau CAP au plus", 578, "48.0", "47.1"),
                group("Habitants d’un quartier prioritaire", 265, "22.0", "20.6"),
                group("50 ans et plus", 217, "18.0", "16.9"),
                group("Personnes handicapées", 108, "9.0", "8.1"),
                group("Bénéficiaires d’une protection internationale", 72, "6.0", "5.4"),
            ),
            exits=(
                Count(label="Emploi durable (CDI, CDD de 6 mois et plus, création)", count=109, share=D("27.1")),
                Count(label="Emploi de transition (moins de 6 mois)", count=72, share=D("17.9")),
                Count(label="Formation ou autre sortie positive", count=52, share=D("12.9")),
                Count(label="Autres sorties", count=169, share=D("42.1")),
            ),
        ),
        companies=(
            Count(label="Entreprises titulaires", count=284, previous=251),
            Count(label="dont petites et moyennes entreprises", count=231, previous=202),
            Count(label="Structures d’insertion et du handicap", count=46, previous=43),
        ),
        inclusive=(
            hours("Entreprises de travail temporaire d’insertion", "131137", "31.8", 9),
            hours("Associations intermédiaires", "51960", "12.6", 12),
            hours("Ateliers et chantiers d’insertion", "39589", "9.6", 17),
            hours("Groupements d’employeurs (GEIQ)", "20206", "4.9", 5),
        ),
        compliance=Compliance(
            statements_expected=2310,
            statements_on_time=2151,
            on_time_rate=D("93.1"),
            obligations=(
                Count(label="Engagement tenu", count=118, share=D("79.7")),
                Count(label="Tenu à 90 % ou plus", count=19, share=D("12.8")),
                Count(label="Non tenu", count=11, share=D("7.5")),
                Count(label="Terminé, décision attendue", count=14),
            ),
            unvalidated_hours=D("6120.50"),
            unvalidated_statements=41,
        ),
        seal=Seal(
            sha256="9c1185a5c5e9fc54612808977ee8f548b2258d31ddadef707ba62c166051b9e3",
            sealed_at=datetime(2027, 2, 1, 1, 30, tzinfo=UTC),
            entries=48211,
        ),
        foreword=Foreword(
            paragraphs=(
                "Chaque chantier est une occasion de donner du travail à une personne qui en est loin.",
                "Les signataires de la charte s’y sont engagés ; ce bilan dit ce qui a été fait, et ce qui reste à faire.",
                "Tous les chiffres viennent des heures validées par les facilitatrices et les facilitateurs.",
            ),
            author="Le comité de pilotage",
            role="Charte Inclusiv’Essonne",
        ),
    )  # fmt: skip


def empty_year() -> AnnualReport:
    """A year in which nothing happened yet, still a draft."""
    return replace(
        year_2026(),
        published_on=None,
        foreword=None,
        key_figures=(KeyFigure(label="heures validées", value=D(0), unit=Unit.HOURS),),
        months=tuple(MonthHours(month=month, hours=D(0)) for month in range(1, 13)),
        modalities=(),
        buyers=(),
        all_buyers=BuyerKind(label="Ensemble", tenders=0, owed=D(0), validated=D(0), rate=None, people=0),
        people=People(total=0),
        companies=(),
        inclusive=(),
        compliance=Compliance(statements_expected=0, statements_on_time=0, on_time_rate=None),
    )


def text_of(document: Pdf) -> str:
    """Return the words of a document, one space between two."""
    pages = PdfReader(BytesIO(document.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture(scope="module")
def printed() -> Pdf:
    return print_annual_report(year_2026())


@pytest.fixture
def opened(printed: Pdf) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(BytesIO(printed.content)) as document:
        yield document


def structure(document: pikepdf.Pdf, kinds: set[str]) -> list[pikepdf.Dictionary]:
    """Return the structure elements of some kinds, in reading order."""

    def below(parent: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
        kids = parent.get(Name.K)
        for kid in list(kids) if isinstance(kids, pikepdf.Array) else []:
            if isinstance(kid, pikepdf.Dictionary) and Name.S in kid:
                yield kid
                yield from below(kid)

    return [
        element
        for element in below(document.Root.StructTreeRoot)
        if str(element.S).removeprefix("/") in kinds
    ]


def test_the_report_says_the_year_in_words_and_figures(printed: Pdf) -> None:
    text = text_of(printed)
    for said in (
        "En 2026, les marchés suivis ont donné 412 380 heures de travail à 1 204 personnes.",
        "Parmi elles, 518 percevaient le RSA, soit 43 %.",
        "+ 8 % sur 2025 · objectif 400 000 h",
        "Le mois le plus fort est octobre, avec 41 200 heures ; le plus faible, août, avec 18 350 heures.",
        "L’année est en hausse de 8 % sur 2025.",
        "Première part des heures : Communes, 27 % du total.",
        "Bailleurs sociaux 47 58 200 61 150 105,1 % 177",
        "Relevés mensuels arrivés dans les délais : 2 151 sur 2 310 attendus, soit 93,1 %.",
        "Heures déclarées et pas encore validées à la date d’arrêt des données : 6 121, dans 41 relevés.",
        "Données arrêtées au 31 janvier 2027",
        "Édition 1, publiée le 12 mars 2027",
        "Code de vérification K7QF 2M9X TD",
        "Équivalent temps plein. 1 600 heures validées",
    ):
        assert said in text


def test_the_report_fits_eight_pages_numbered_after_the_cover(printed: Pdf) -> None:
    pages = PdfReader(BytesIO(printed.content)).pages
    assert printed.pages == len(pages) == 8
    assert "/ 8" not in pages[0].extract_text()
    for rank, page in enumerate(pages[1:], start=2):
        assert (
            page.extract_text().rstrip().endswith(f"Charte Inclusiv’Essonne · Bilan annuel 2026 {rank} / 8")
        )


def test_the_report_has_its_language_title_and_bookmarks_in_order(printed: Pdf, opened: pikepdf.Pdf) -> None:
    assert str(opened.Root.Lang) == "fr"
    assert str(opened.docinfo.Title) == "Bilan annuel 2026, Charte Inclusiv’Essonne"
    (cover, sections) = PdfReader(BytesIO(printed.content)).outline
    assert isinstance(sections, list)
    assert isinstance(cover, Destination)
    assert cover.title == "Bilan annuel 2026"
    assert [section.title for section in sections if isinstance(section, Destination)] == [
        "Avant-propos",
        "L’année en une page",
        "Les heures, mois par mois",
        "Qui sont les donneurs d’ordre",
        "Qui sont les personnes",
        "Entreprises et structures d’insertion",
        "Tenue des engagements",
        "Méthode",
    ]


def test_headings_go_down_one_level_at_a_time(opened: pikepdf.Pdf) -> None:
    levels = [int(str(heading.S)[-1]) for heading in structure(opened, {"H1", "H2", "H3", "H4"})]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_table_of_the_pages_has_scoped_headers(opened: pikepdf.Pdf) -> None:
    assert len(structure(opened, {"Table"})) == len(year_2026().tables()) - 1  # key figures are cards
    scopes = [str(header.A.Scope) for header in structure(opened, {"TH"})]
    rows = sum(len(table.all_rows) for table in year_2026().tables().values())
    assert set(scopes) == {"/Column", "/Row"}
    assert scopes.count("/Row") == rows - len(year_2026().key_figures) - 13 + 3  # months head columns


def test_every_drawing_is_read_aloud(opened: pikepdf.Pdf) -> None:
    alternatives = [str(figure.Alt) for figure in structure(opened, {"Figure"})]
    assert [alternative.partition(":")[0].split(",")[0].strip() for alternative in alternatives] == [
        "Résultats de 2026 rapportés aux objectifs de la charte",
        "Heures validées par mois en 2026",
        "Heures validées rapportées aux heures prévues",
        "Part des personnes dans chaque situation",
    ]
    assert "de 18 350 h en août à 41 200 h en octobre" in alternatives[1].replace("\u00a0", " ")


def test_the_attached_files_are_the_tables(printed: Pdf) -> None:
    attached = PdfReader(BytesIO(printed.content)).attachments
    tables = year_2026().tables()
    assert list(attached) == [f"bilan-2026-{rank}-{name}.csv" for rank, name in enumerate(tables, start=1)]
    assert [content for (content,) in attached.values()] == [table.csv() for table in tables.values()]
    months = attached["bilan-2026-2-heures-par-mois.csv"][0].decode("utf-8-sig").splitlines()
    assert months[0] == "Mois;2026 (h);2025 (h);Évolution (%)"
    assert months[10] == "oct.;41200;40840;0,9"
    assert months[13] == "Année;412380;381833;8,0"


def test_two_printings_give_the_same_bytes(printed: Pdf) -> None:
    again = print_annual_report(AnnualReport.from_json(year_2026().to_json()))
    assert again.sha256 == printed.sha256 == sha256(printed.content).hexdigest()


def test_the_sealed_figures_can_be_checked_from_the_page(printed: Pdf) -> None:
    text = text_of(printed)
    assert year_2026().fingerprint in text
    assert year_2026().seal.sha256 in text


@pytest.mark.parametrize(
    "report", [year_2026(), replace(year_2026(), published_on=None)], ids=["final", "draft"]
)
def test_outloud_finds_nothing_to_say_of_the_report(report: AnnualReport, tmp_path: Path) -> None:
    assert findings(report, tmp_path) == []


def findings(report: AnnualReport, folder: Path, *layers: str) -> list[str]:
    file = folder / "bilan.pdf"
    file.write_bytes(print_annual_report(report).content)
    result = outloud.check(str(file), layers=layers or None)
    assert result.error is None
    return [f"{said.rule} {said.severity} p.{said.page}: {said.message}" for said in result.findings]


def test_a_year_without_anything_says_so_in_plain_sentences(tmp_path: Path) -> None:
    text = text_of(print_annual_report(empty_year()))
    for said in (
        "Aucune heure n’a été validée en 2026.",
        "il n’y a pas de mois à comparer",
        "Les heures de l’année ne sont pas détaillées par forme d’emploi.",
        "Aucun marché suivi n’était en cours en 2026.",
        "Personne n’a encore d’heure validée en 2026.",
        "Aucune entreprise n’avait d’heures d’insertion à réaliser en 2026.",
        "Aucun relevé mensuel n’était attendu en 2026.",
        "Aucun engagement n’est arrivé à son terme en 2026.",
    ):
        assert said in text
    assert list(empty_year().tables()) == ["chiffres-cles"]
    assert findings(empty_year(), tmp_path, "conformance") == []


def test_a_draft_says_so_on_the_cover_in_its_title_and_on_each_page() -> None:
    draft = replace(year_2026(), published_on=None)
    document = print_annual_report(draft)
    pages = [page.extract_text() for page in PdfReader(BytesIO(document.content)).pages]
    assert draft.title.endswith("(projet)")
    assert "Projet d’édition 1, à ne pas diffuser" in pages[0]
    assert all("Bilan annuel 2026 · Projet" in page for page in pages[1:])
    assert all(page.startswith("Projet\n") for page in pages[1:])  # the watermark, painted first


def test_a_few_people_are_counted_and_never_described() -> None:
    few = replace(year_2026(), people=People(total=19, previous=12))
    text = text_of(print_annual_report(few))
    assert "19 personnes ont travaillé dans l’année, contre 12 en 2025." in text
    assert "Au-dessous de 20 personnes, leur situation n’est pas publiée." in text
    assert "personnes" not in few.tables()
    assert "sorties" not in few.tables()


def test_a_year_cut_off_before_its_end_compares_like_months_only() -> None:
    months = tuple(
        replace(month, hours=month.hours if month.month <= 9 else D(0)) for month in year_2026().months
    )
    whole = year_2026().all_buyers
    running = replace(
        year_2026(),
        months=months,
        all_buyers=replace(whole, validated=sum((month.hours for month in months), D(0))),
        cut_off=datetime(2026, 11, 25, 9, tzinfo=UTC),
        published_on=None,
    )
    text = text_of(print_annual_report(running))
    assert "le plus faible, août, avec 18 350 heures" in text
    assert "Jusqu’à septembre, c’est 9 % de plus qu’aux mêmes mois de 2025." in text
    assert "+ 9 % sur les mêmes mois de 2025" in text
    assert "en 2025, année entière" in text
    assert "avec 0 heure" not in text
    assert "−100" not in text
    assert running.tables()["heures-par-mois"].rows[9][1:] == (None, D(40840), None)
    assert running.tables()["heures-par-mois"].total == ("janv. à sept.", D(301990), D(277010), D("9.0"))


def test_changes_are_printed_with_their_sign(printed: Pdf) -> None:
    assert "+0,9" in text_of(printed)


def test_a_few_people_cannot_be_described_by_mistake() -> None:
    with pytest.raises(ValueError, match="counted, not described"):
        replace(year_2026(), people=replace(year_2026().people, total=19))
    with pytest.raises(ValueError, match="from 20 on"):
        replace(year_2026(), buyers=(kind("Communes", 3, "100", "90", "90", 19),))


def test_people_of_a_small_kind_of_buyer_are_a_dash_with_its_reason(printed: Pdf) -> None:
    text = text_of(printed)
    assert "Donneurs d’ordre privés 15 8 300 7 200 86,8 % —" in text
    assert "« — » : moins de 20 personnes, détail non publié." in text


def test_a_rate_is_rounded_once_from_the_exact_quotient() -> None:
    """65.496 % is 65 % in every sentence and 65,5 % in every table, never 66 %."""
    rate = percentage(D(100930), D(154101))
    assert rate is not None
    report = replace(
        year_2026(),
        all_buyers=replace(year_2026().all_buyers, owed=D(154101), validated=D(100930), rate=rate),
        key_figures=(KeyFigure(label="des heures prévues réalisées", value=rate, unit=Unit.PERCENT),),
    )
    text = text_of(print_annual_report(report))
    assert "Les heures validées font 65 % des heures prévues." in text
    assert "154 101 100 930 65,5 %" in text
    assert "66 %" not in text
    assert "65,50" in report.tables()["donneurs-d-ordre"].csv().decode()
    assert AnnualReport.from_json(report.to_json()) == report


@pytest.mark.parametrize(
    ("buyers", "told"),
    [
        ({"Communes": 3, "Hôpitaux": 2}, {"Communes": 3, "Hôpitaux": 2}),
        ({"Communes": 3, "Région": 1, "Privés": 1}, {"Communes": 3, OTHER_BUYERS: 2}),
        ({"Communes": 3, "Hôpitaux": 2, "Région": 1}, {"Communes": 3, OTHER_BUYERS: 3}),
        ({"Communes": 3, "Région": 1}, {OTHER_BUYERS: 4}),
        ({"Région": 1, "Hôpitaux": 1}, {OTHER_BUYERS: 2}),
        ({"Région": 1}, {"Région": 1}),
        ({}, {}),
    ],
)
def test_a_kind_with_one_buyer_is_folded_and_totals_stay(
    buyers: dict[str, int], told: dict[str, int]
) -> None:
    groups = [
        GroupFigures(
            label=label, buyers=count, tenders=count, owed=D(100 * count), validated=D(90), people=30
        )
        for label, count in buyers.items()
    ]
    printed = told_apart(groups)
    assert {one.label: one.buyers for one in printed} == told
    for name in ("buyers", "tenders", "owed", "validated"):
        assert sum(getattr(one, name) for one in printed) == sum(getattr(one, name) for one in groups)


def test_the_months_named_are_those_with_hours() -> None:
    hours = [D(0)] * 10 + [D(900), D(0)]
    months = tuple(MonthHours(month=place, hours=done) for place, done in enumerate(hours, start=1))
    assert words(replace(year_2026(), months=months))["months"].startswith(
        "Le mois le plus fort est novembre, avec 900\xa0heures."
    )


def test_a_second_edition_names_its_corrections() -> None:
    second = replace(
        year_2026(), edition=2, corrections=("Lot 3 de l’école Jean-Moulin : 382,67 h au lieu de 410 h.",)
    )
    assert "Lot 3 de l’école Jean-Moulin : 382,67 h au lieu de 410 h." in text_of(print_annual_report(second))


def test_the_canonical_bytes_are_sorted_with_decimals_as_texts() -> None:
    content = year_2026().to_json()
    read = json.loads(content)
    assert list(read) == sorted(read)
    assert read["key_figures"][0]["value"] == "412380"
    assert "Inclusiv’Essonne".encode() in content
    assert AnnualReport.from_json(content) == year_2026()


def test_another_schema_or_a_part_of_a_year_is_refused() -> None:
    with pytest.raises(ValueError, match="schema 2"):
        AnnualReport.from_json(year_2026().to_json().replace(b'"schema":1', b'"schema":2'))
    with pytest.raises(ValueError, match="twelve months"):
        replace(year_2026(), months=year_2026().months[:11])


def test_nothing_is_wrong_in_the_style_sheets(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        print_annual_report(replace(year_2026(), published_on=None))
    assert [record.getMessage() for record in caplog.records] == []
