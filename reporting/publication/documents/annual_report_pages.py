"""How the annual report is printed: its sentences, its drawings, its attached tables, its pages."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from inclusiv.core import pdf
from inclusiv.core.charts import Bar, Series, bars_by_month, horizontal_bars
from inclusiv.core.french import MONTHS, NARROW, hours_text, number, plural
from inclusiv.core.tables import Unit, tenths
from reporting.publication.documents.annual_report import (
    MINIMUM_PEOPLE,
    AnnualReport,
    KeyFigure,
    MonthHours,
    change,
)

FULL = Decimal(100)


def print_annual_report(report: AnnualReport) -> pdf.Pdf:
    """Return the PDF of a report, its tables attached as CSV: the same report gives the same bytes."""
    tables = report.tables()
    context = {
        "report": report,
        "code": " ".join(report.code[start : start + 4] for start in range(0, len(report.code), 4)),
        "cards": [_card(figure, report) for figure in report.key_figures],
        "tables": {name.replace("-", "_"): table for name, table in tables.items()},
        "charts": charts(report),
        "words": words(report),
        "minimum_people": MINIMUM_PEOPLE,
        "sha256": report.fingerprint,
    }
    attachments = [
        pdf.Attachment(
            name=f"bilan-{report.year}-{rank}-{table.name}.csv",
            content=table.csv(),
            description=table.caption,
        )
        for rank, table in enumerate(tables.values(), start=1)
    ]
    return pdf.render(
        "documents/annual_report.html",
        context,
        title=report.title,
        created_at=report.cut_off,
        attachments=attachments,
    )


@dataclass(frozen=True, kw_only=True)
class Card:
    """A key figure as the first page shows it: the number, what it counts, one line of comparison, one of note."""

    number: str
    label: str
    comparison: str
    note: str
    first: bool


def _card(figure: KeyFigure, report: AnnualReport) -> Card:
    compared = [_compared(figure, report)] if figure.previous is not None else []
    if figure.target is not None:
        compared.append(f"objectif {figure.shown(figure.target)}")
    return Card(
        number=figure.shown(figure.value),
        label=figure.label,
        comparison=" · ".join(filter(None, compared)),
        note=figure.note,
        first=figure.first,
    )


def _compared(figure: KeyFigure, report: AnnualReport) -> str:
    """Set a figure beside the year before: hours month for month, the rest against the whole year."""
    before = report.year - 1
    if figure.unit is Unit.HOURS:
        evolution = change(report.hours, report.previous_hours)
        months = "les mêmes mois de " if report.is_partial else ""
        return "" if evolution is None else f"{_signed(evolution)} sur {months}{before}"
    whole = ", année entière" if report.is_partial else ""
    return f"{figure.shown(figure.previous or Decimal(0))} en {before}{whole}"


def _signed(evolution: Decimal) -> str:
    sign = "−" if evolution < 0 else "+"
    return f"{sign}{NARROW}{number(abs(evolution), places=1)}{NARROW}%"


def charts(report: AnnualReport) -> dict[str, str]:
    """Return the drawings that have something to show; each has its numbers in a table beside it."""
    drawn = {
        "targets": _targets(report),
        "months": _months(report) if report.hours else "",
        "buyers": _buyers(report),
        "people": _people(report),
    }
    return {name: drawing for name, drawing in drawn.items() if drawing}


def _targets(report: AnnualReport) -> str:
    aimed = [(figure, figure.target) for figure in report.key_figures if figure.target]
    bars = [
        Bar(
            label=f"{figure.label[0].upper()}{figure.label[1:]}".partition(",")[0],
            value=(figure.value * FULL / target).quantize(Decimal("0.1"), ROUND_HALF_UP),
            text=f"{figure.shown(figure.value)} pour {figure.shown(target)}",
            mark=FULL,
        )
        for figure, target in aimed
    ]
    title = f"Résultats de {report.year} rapportés aux objectifs de la charte : " + _spoken(bars)
    return horizontal_bars(bars, title=title, mark_name="objectif") if bars else ""


def _months(report: AnnualReport) -> str:
    low, high = _extremes(report)
    title = (
        f"Heures validées par mois en {report.year}, de {hours_text(low.hours)} en {MONTHS[low.month - 1]} "
        f"à {hours_text(high.hours)} en {MONTHS[high.month - 1]}"
    )
    before = tuple(row.previous or Decimal(0) for row in report.months)
    known = all(row.previous is not None for row in report.months)
    return bars_by_month(
        Series(name=str(report.year), values=tuple(row.hours for row in report.months)),
        Series(name=str(report.year - 1), values=before) if known else None,
        title=f"{title}, comparées à {report.year - 1}." if known else f"{title}.",
        unit="h",
    )


def _buyers(report: AnnualReport) -> str:
    bars = [
        Bar(label=kind.label, value=kind.rate, text=f"{tenths(kind.rate)}{NARROW}%", mark=FULL)
        for kind in report.buyers
        if kind.rate is not None
    ]
    title = "Heures validées rapportées aux heures prévues : " + _spoken(bars)
    return horizontal_bars(bars, title=title, mark_name=f"100{NARROW}%") if bars else ""


def _people(report: AnnualReport) -> str:
    bars = [
        Bar(label=row.label, value=row.share, text=f"{tenths(row.share)}{NARROW}%", mark=row.previous)
        for row in report.people.situations
        if row.share is not None
    ]
    title = "Part des personnes dans chaque situation : " + _spoken(bars)
    return horizontal_bars(bars, title=title, mark_name=str(report.year - 1)) if bars else ""


def _spoken(bars: list[Bar]) -> str:
    return " ; ".join(f"{bar.label}, {bar.text}" for bar in bars) + "."


def _extremes(report: AnnualReport) -> tuple[MonthHours, MonthHours]:
    """Return the months with the fewest and the most hours, among those that have some."""
    ranked = sorted((row for row in report.known if row.hours), key=lambda row: row.hours)
    return ranked[0], ranked[-1]


def words(report: AnnualReport) -> dict[str, str]:
    """Return the sentence that opens each section, said from its figures."""
    return {
        "year": _year(report),
        "months": _months_words(report),
        "buyers": _buyers_words(report),
        "people": _people_words(report),
        "compliance": _compliance_words(report),
        "unvalidated": _unvalidated_words(report),
    }


def _year(report: AnnualReport) -> str:
    if not report.hours:
        return f"Aucune heure n’a été validée en {report.year}."
    said = (
        f"En {report.year}, les marchés suivis ont donné {_whole_hours(report.hours)} de travail "
        f"à {plural(report.people.total, 'personne')}."
    )
    rsa = report.people.rsa
    if rsa is None or rsa.people is None or rsa.share is None:
        return said
    return f"{said} Parmi elles, {number(rsa.people)} percevaient le RSA, soit {_whole_percent(rsa.share)}."


def _months_words(report: AnnualReport) -> str:
    if not report.hours:
        return f"Aucune heure n’a été validée en {report.year} : il n’y a pas de mois à comparer."
    low, high = _extremes(report)
    said = f"Le mois le plus fort est {MONTHS[high.month - 1]}, avec {_whole_hours(high.hours)}"
    if low is not high:
        said += f" ; le plus faible, {MONTHS[low.month - 1]}, avec {_whole_hours(low.hours)}"
    said += "."
    evolution = change(report.hours, report.previous_hours)
    if evolution is None:
        return said
    before = report.year - 1
    if not evolution:
        return f"{said} C’est autant qu’en {before}{', aux mêmes mois' if report.is_partial else ''}."
    amount = f"{number(abs(evolution), places=1)}{NARROW}%"
    if report.is_partial:
        until = MONTHS[len(report.known) - 1]
        more = "de plus" if evolution > 0 else "de moins"
        return f"{said} Jusqu’à {until}, c’est {amount} {more} qu’aux mêmes mois de {before}."
    return f"{said} L’année est en {'hausse' if evolution > 0 else 'baisse'} de {amount} sur {before}."


def _buyers_words(report: AnnualReport) -> str:
    if not report.buyers:
        return f"Aucun marché suivi n’était en cours en {report.year}."
    first = max(report.buyers, key=lambda kind: kind.validated)
    said = f"{plural(report.all_buyers.tenders, 'marché')} en cours dans l’année."
    if report.hours and len(report.buyers) > 1:
        share = _whole_percent(first.validated * FULL / report.hours)
        said += f" Première part des heures : {first.label}, {share} du total."
    if report.all_buyers.rate is not None:
        said += f" Les heures validées font {_whole_percent(report.all_buyers.rate)} des heures prévues."
    return said


def _people_words(report: AnnualReport) -> str:
    people = report.people
    if not people.total:
        return f"Personne n’a encore d’heure validée en {report.year}."
    have = "a" if people.total == 1 else "ont"
    said = f"{plural(people.total, 'personne')} {have} travaillé dans l’année"
    said += (
        f", contre {number(people.previous)} en {report.year - 1}." if people.previous is not None else "."
    )
    if people.total < MINIMUM_PEOPLE:
        return f"{said} Au-dessous de {MINIMUM_PEOPLE} personnes, leur situation n’est pas publiée."
    return said


def _compliance_words(report: AnnualReport) -> str:
    kept = report.compliance
    if not kept.statements_expected or kept.on_time_rate is None:
        return f"Aucun relevé mensuel n’était attendu en {report.year}."
    return (
        f"Relevés mensuels arrivés dans les délais : {number(kept.statements_on_time)} "
        f"sur {number(kept.statements_expected)} attendus, soit {tenths(kept.on_time_rate)}{NARROW}%."
    )


def _unvalidated_words(report: AnnualReport) -> str:
    kept = report.compliance
    if not kept.unvalidated_hours:
        return "Toutes les heures déclarées pour l’année étaient validées à la date d’arrêt des données."
    return (
        "Heures déclarées et pas encore validées à la date d’arrêt des données : "
        f"{number(kept.unvalidated_hours, places=0)}, dans {plural(kept.unvalidated_statements, 'relevé')}. "
        "Elles ne comptent dans aucun autre chiffre."
    )


def _whole_hours(hours: Decimal) -> str:
    return plural(hours.quantize(Decimal(1), ROUND_HALF_UP), "heure")


def _whole_percent(share: Decimal) -> str:
    """Round an exact share, never one that was rounded before."""
    return f"{number(share, places=0)}{NARROW}%"
