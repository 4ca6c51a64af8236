"""The annual report as a document: its figures, its pages, its attached tables, its canonical bytes."""

from datetime import UTC, date, datetime
from decimal import Decimal

from inclusiv.core.tables import Unit
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
                "Chaque chantier, chaque marché d’entretien ou de restauration est une occasion de donner du travail "
                "à une personne qui en est loin. Les signataires de la charte s’y sont engagés ; ce bilan dit ce qui a "
                "été fait, et ce qui reste à faire.",
                "Tous les chiffres de ce document viennent des heures validées par les facilitatrices et facilitateurs "
                "des clauses sociales. Les tableaux sont joints au fichier : chacun peut les reprendre et les vérifier.",
            ),
            author="Le comité de pilotage",
            role="Charte Inclusiv’Essonne",
        ),
    )  # fmt: skip
