"""From the indicators of a year to what its report says: labels, shares, comparisons and what is left untold."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from beneficiaries.placements.choices import Modality
from inclusiv.accounts.choices import CompanyKind
from inclusiv.core.french import hours_text, number
from inclusiv.core.quantities import ZERO, cents, percentage, shares
from inclusiv.core.tables import Unit
from reporting.figures.rules import told
from reporting.figures.selectors.annual import AnnualFigures, GroupFigures
from reporting.publication.documents.annual_report import (
    MINIMUM_BUYERS,
    MINIMUM_PEOPLE,
    OTHER_BUYERS,
    AnnualReport,
    BuyerKind,
    Compliance,
    Count,
    HoursShare,
    KeyFigure,
    MonthHours,
    People,
    PeopleGroup,
    Seal,
)

SITUATIONS = (
    ("Femmes", "women"),
    ("Jeunes de moins de 26 ans", "young"),
    ("Personnes de 50 ans et plus", "senior"),
    ("Demandeurs d’emploi de longue durée", "long_term"),
    ("Habitants d’un quartier prioritaire", "qpv"),
    ("Sans diplôme, ou CAP, BEP", "low_education"),
    ("Participants du PLIE", "plie"),
)


def report_of(
    figures: AnnualFigures,
    before: AnnualFigures,
    *,
    charter: str,
    perimeter: str,
    cut_off: datetime,
    edition: int,
    code: str,
    seal: Seal,
    fte_hours: int,
) -> AnnualReport:
    """Return the draft of a report; `before` are the figures of the year before, empty when nothing was counted."""
    return AnnualReport(
        year=figures.year,
        charter=charter,
        perimeter=perimeter,
        cut_off=cut_off,
        edition=edition,
        code=code,
        key_figures=key_figures(figures, before, fte_hours=fte_hours),
        months=months(figures, before),
        buyers=tuple(buyer_kind(group) for group in told_apart(figures.groups)),
        all_buyers=all_buyers(figures),
        people=people(figures, before),
        compliance=compliance(figures),
        seal=seal,
        fte_hours=fte_hours,
        modalities=modalities(figures),
        companies=companies(figures, before),
        inclusive=inclusive(figures),
    )


def key_figures(figures: AnnualFigures, before: AnnualFigures, *, fte_hours: int) -> tuple[KeyFigure, ...]:
    """Return the figures of the first page, RSA standing out (PRACTICE.md 1.3)."""
    known = bool(before.hours)
    fte = cents(figures.hours / fte_hours)
    made = [
        KeyFigure(
            label="heures validées",
            value=figures.hours,
            unit=Unit.HOURS,
            previous=before.hours if known else None,
            note=f"{number(fte, places=0)} équivalents temps plein ({hours_text(fte_hours)} chacun)",
        ),
        KeyFigure(
            label="personnes",
            value=Decimal(figures.people.total),
            unit=Unit.COUNT,
            previous=Decimal(before.people.total) if known else None,
            note=f"{figures.placements} mises à l’emploi",
        ),
    ]
    if rsa := share(figures, "rsa"):
        made.append(
            KeyFigure(
                label=f"au RSA, soit {figures.people.rsa} personnes",
                value=rsa,
                unit=Unit.PERCENT,
                previous=share(before, "rsa"),
                first=True,
            )
        )
    if women := share(figures, "women"):
        made.append(
            KeyFigure(label="de femmes", value=women, unit=Unit.PERCENT, previous=share(before, "women"))
        )
    made += [
        KeyFigure(
            label="marchés en cours",
            value=Decimal(figures.tenders),
            unit=Unit.COUNT,
            previous=Decimal(before.tenders) if known else None,
            note=f"dont {figures.tenders_notified} notifiés dans l’année, {figures.buyers} donneurs d’ordre",
        ),
        KeyFigure(
            label="des heures prévues réalisées",
            value=percentage(figures.hours, figures.owed) or ZERO,
            unit=Unit.PERCENT,
            previous=percentage(before.hours, before.owed) if known else None,
            note="heures validées rapportées aux heures dues dans l’année",
        ),
    ]
    return tuple(made)


def share(figures: AnnualFigures, situation: str) -> Decimal | None:
    """Return the percentage of people in a situation; None when too few people are counted to describe them."""
    total = told(figures.people.total, told_from=MINIMUM_PEOPLE)
    return percentage(getattr(figures.people, situation), total) if total else None


def months(figures: AnnualFigures, before: AnnualFigures) -> tuple[MonthHours, ...]:
    """Return the twelve months beside those of the year before."""
    earlier: Sequence[Decimal | None] = before.months if before.hours else [None] * 12
    return tuple(
        MonthHours(month=month, hours=hours, previous=previous)
        for month, (hours, previous) in enumerate(zip(figures.months, earlier, strict=True), start=1)
    )


def told_apart(groups: Sequence[GroupFigures]) -> tuple[GroupFigures, ...]:
    """Return the groups in their order, those with too few buyers folded into a last one; sums are unchanged.

    When the folded ones are still too few together, the smallest group that is left joins them: the total would tell
    them apart. How many people the fold holds is not known, since one person may have worked for several.
    """
    kept = [group for group in groups if group.buyers >= MINIMUM_BUYERS]
    small = [group for group in groups if group.buyers < MINIMUM_BUYERS]
    if kept and small and sum(group.buyers for group in small) < MINIMUM_BUYERS:
        least = min(kept, key=lambda group: (group.buyers, group.owed))
        kept.remove(least)
        small.append(least)
    return (*kept, folded(small)) if len(small) > 1 else tuple(groups)


def folded(groups: Sequence[GroupFigures]) -> GroupFigures:
    """Return several groups as one."""
    return GroupFigures(
        label=OTHER_BUYERS,
        buyers=sum(group.buyers for group in groups),
        tenders=sum(group.tenders for group in groups),
        owed=sum((group.owed for group in groups), ZERO),
        validated=sum((group.validated for group in groups), ZERO),
        people=0,
    )


def buyer_kind(group: GroupFigures) -> BuyerKind:
    """Return a group of buyers as printed."""
    return BuyerKind(
        label=group.label,
        tenders=group.tenders,
        owed=group.owed,
        validated=group.validated,
        rate=percentage(group.validated, group.owed),
        people=told(group.people, told_from=MINIMUM_PEOPLE),
    )


def all_buyers(figures: AnnualFigures) -> BuyerKind:
    """Return the total line; its number of people is always told."""
    return BuyerKind(
        label="Ensemble",
        tenders=figures.tenders,
        owed=figures.owed,
        validated=figures.hours,
        rate=percentage(figures.hours, figures.owed),
        people=figures.people.total,
    )


def people(figures: AnnualFigures, before: AnnualFigures) -> People:
    """Return who worked: RSA first, nothing but the total when they are too few."""
    previous = before.people.total if before.hours else None
    if told(figures.people.total, told_from=MINIMUM_PEOPLE) is None:
        return People(total=figures.people.total, previous=previous)
    return People(
        total=figures.people.total,
        previous=previous,
        rsa=situation(figures, before, "Bénéficiaires du RSA", "rsa"),
        groups=tuple(situation(figures, before, label, name) for label, name in SITUATIONS),
    )


def situation(figures: AnnualFigures, before: AnnualFigures, label: str, name: str) -> PeopleGroup:
    """Return how many people were in a situation, and last year's share."""
    return PeopleGroup(
        label=label,
        people=getattr(figures.people, name),
        share=share(figures, name),
        previous=share(before, name) if before.hours else None,
    )


def modalities(figures: AnnualFigures) -> tuple[HoursShare, ...]:
    """Return the hours by form of employment; shares total 100.0."""
    parts = shares(list(figures.modalities.values()))
    return tuple(
        HoursShare(label=str(Modality(code).label), hours=hours, share=part)
        for (code, hours), part in zip(figures.modalities.items(), parts, strict=True)
    )


def inclusive(figures: AnnualFigures) -> tuple[HoursShare, ...]:
    """Return the hours of inclusive structures by kind, as a share of all hours."""
    return tuple(
        HoursShare(
            label=str(CompanyKind(row.kind).label),
            hours=row.hours,
            share=percentage(row.hours, figures.hours) or ZERO,
            structures=row.structures,
        )
        for row in figures.inclusive
    )


def companies(figures: AnnualFigures, before: AnnualFigures) -> tuple[Count, ...]:
    """Return how many companies held a contract and how many inclusive structures worked."""
    rows = (
        ("Entreprises titulaires d’un marché à clause", figures.contractors, before.contractors),
        (
            "Structures d’insertion ou du handicap",
            sum(row.structures for row in figures.inclusive),
            sum(row.structures for row in before.inclusive),
        ),
    )
    return tuple(
        Count(label=label, count=now, previous=earlier if before.hours else None)
        for label, now, earlier in rows
    )


def compliance(figures: AnnualFigures) -> Compliance:
    """Return how commitments were kept: ended obligations, statements on time, what is not validated yet."""
    counts = (figures.ended.kept, figures.ended.nearly, figures.ended.far)
    labels = (
        "Engagement tenu",
        "Décision attendue, 90 % ou plus des heures faites",
        "Décision attendue, moins de 90 % des heures faites",
    )
    return Compliance(
        statements_expected=figures.control.expected,
        statements_on_time=figures.control.on_time,
        on_time_rate=percentage(figures.control.on_time, figures.control.expected),
        obligations=tuple(
            Count(label=label, count=count, share=part)
            for label, count, part in zip(labels, counts, shares(counts), strict=True)
        )
        if figures.ended.total
        else (),
        unvalidated_hours=figures.control.unvalidated_hours,
        unvalidated_statements=figures.control.unvalidated_statements,
    )


def corrections(report: AnnualReport, before: AnnualReport) -> tuple[str, ...]:
    """Return one sentence for each key figure that the edition before gave otherwise."""
    former = {figure.label: figure for figure in before.key_figures}
    pairs = [(figure, former.get(figure.label)) for figure in report.key_figures]
    return tuple(
        f"{figure.label[0].upper()}{figure.label[1:]} : {figure.shown(figure.value)}, au lieu de"
        f" {figure.shown(old.value)} dans l’édition {before.edition}."
        for figure, old in pairs
        if old and figure.shown(old.value) != figure.shown(figure.value)
    )
