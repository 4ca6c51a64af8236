"""Why a line does not count, said with its own days and ceilings, so that who sends it back can say what to correct."""

from decimal import Decimal

from beneficiaries.hours.choices import Finding
from beneficiaries.hours.rules.controls import LineFacts
from beneficiaries.hours.rules.window import Days
from inclusiv.core.french import date_short, hours_text, plural


def reason(finding: Finding, facts: LineFacts, *, daily_max: Decimal) -> str:
    """Return a finding in words: its label, with the days it is about; `daily_max` in hours a day."""
    label = str(finding.label)
    match finding:
        case Finding.DAILY_MAX if facts.days:
            count = len(facts.days)
            return (
                f"{hours_text(facts.hours)} pour {plural(count, 'jour')} {said(facts)} ({span(facts.days)}) :"
                f" {hours_text(daily_max * count)} au plus, à {hours_text(daily_max)} par jour"
            )
        case Finding.OUTSIDE_EXECUTION_PERIOD:
            return f"{label} ({span(facts.execution)})"
        case Finding.OUTSIDE_WORK_CONTRACT:
            return f"{label} ({span(facts.contract) if facts.contract is not None else 'mise à l’emploi annulée'})"
        case _:
            return label


def said(facts: LineFacts) -> str:
    """Say which days count: those of the period, or those that had passed when the hours were sent."""
    return "en période" if facts.days == facts.period else "avant l’envoi"


def span(days: Days) -> str:
    """Return « du 01/10/2025 au 03/10/2025 », « le 01/10/2025 », « à partir du 01/10/2025 »."""
    first = date_short(days.first)
    if days.last is None:
        return f"à partir du {first}"
    return f"le {first}" if days.last == days.first else f"du {first} au {date_short(days.last)}"
