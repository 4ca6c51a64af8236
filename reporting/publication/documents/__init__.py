"""The documents that are published: a frozen context each, and its printing."""

from reporting.publication.documents.annual_report import (
    MINIMUM_PEOPLE,
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
)
from reporting.publication.documents.annual_report_pages import print_annual_report

__all__ = [
    "MINIMUM_PEOPLE",
    "AnnualReport",
    "BuyerKind",
    "Compliance",
    "Count",
    "Foreword",
    "HoursShare",
    "KeyFigure",
    "MonthHours",
    "People",
    "PeopleGroup",
    "Seal",
    "print_annual_report",
]
