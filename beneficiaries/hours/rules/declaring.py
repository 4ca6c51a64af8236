"""What a declarant may send: a month that has begun, hours for everybody in post (DOMAIN.md 6.2, PRACTICE.md 3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from beneficiaries.hours.choices import ZeroReason
from inclusiv.core.french import date_long, elide, hours_text, month_name
from inclusiv.core.periods import month_end, month_of
from inclusiv.core.quantities import ZERO
from inclusiv.core.refusals import Refused

MONTH_MAX = Decimal(744)
"""Hours in a month of 31 days: above, it is a typing error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A person's month, as declared: hours of work and of training, and why there are none when there are none."""

    placement: int
    hours: Decimal
    training: Decimal = ZERO
    zero_reason: ZeroReason | None = None


def refuse_month(month: date, *, received_on: date, today: date) -> None:
    """Raise Refused when the month has not begun today, or had not when its statement came."""
    if month > month_of(today):
        raise Refused("month_in_future", "Ce mois n’a pas commencé : il se déclare quand il est travaillé.")
    if received_on > today:
        raise Refused(
            "received_in_future", "La date de réception ne peut pas être dans le futur.", field="received_on"
        )
    if received_on < month:
        raise Refused(
            "received_early",
            f"Un relevé {elide('de', month_name(month))} ne peut pas avoir été reçu le {date_long(received_on)}.",
            field="received_on",
        )


def closed() -> Refused:
    """Return the refusal of who comes after the end."""
    return Refused("tender_closed", "Le bilan de ce marché est arrêté : ses heures ne changent plus.")


def refuse_outside(month: date, *, starts_on: date | None, left_on: date | None) -> None:
    """Raise Refused for a month before the execution, or that begins after the company has left the lot."""
    if starts_on and month_end(month) < starts_on:
        raise Refused(
            "before_execution",
            f"L’exécution commence le {date_long(starts_on)} : rien n’est à déclarer {elide('de', month_name(month))}.",
        )
    if left_on and left_on < month:
        raise Refused(
            "left_lot",
            f"Le lot a été repris le {date_long(left_on)} : ses heures {elide('de', month_name(month))} sont d’un autre.",
        )


def refuse_lines(lines: Sequence[Declared], *, in_post: Collection[int]) -> None:
    """Raise Refused unless there is one right line for each placement in post, and no other."""
    told = {line.placement for line in lines}
    if len(told) < len(lines) or told - set(in_post):
        raise Refused(
            "line_unknown", "Une personne n’est pas, ou plus, en poste ce mois-ci : rechargez la page."
        )
    if set(in_post) - told:
        raise Refused("line_missing", "Indiquez les heures de chaque personne en poste, ou 0 et la raison.")
    for line in lines:
        refuse_line(line)


def refuse_line(line: Declared) -> None:
    """Raise Refused, on the field of the form, for impossible hours or a zero without its reason."""
    if line.hours < 0 or line.training < 0:
        raise Refused("hours_negative", "Des heures ne sont pas négatives.", field=f"heures-{line.placement}")
    if (total := line.hours + line.training) > MONTH_MAX:
        raise Refused(
            "hours_impossible",
            f"{hours_text(total)}, formation comprise : un mois entier n’en compte que {hours_text(MONTH_MAX)}.",
            field=f"heures-{line.placement}",
        )
    if not line.hours and not line.training and line.zero_reason is None:
        raise Refused("zero_without_reason", "0 heure : indiquez pourquoi.", field=f"motif-{line.placement}")
