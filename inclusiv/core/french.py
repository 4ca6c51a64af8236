"""French as it is printed: hours, euros, percentages, dates, durations and the agreement of words.

Thousands take a narrow no-break space (U+202F), as do « ; ! ? % »; units, colons and « » take U+00A0.
Nothing here reads a clock, a setting or the database, so that a screen, a mail and a PDF say the same.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from inclusiv.core.texts import unaccented

NARROW = "\u202f"
NO_BREAK = "\u00a0"
HOURS_PER_PERSON_MONTH = Decimal("151.67")
"""A full-time month, 35 h × 52 ÷ 12 (article L3121-27 of the labour code)."""

MONTHS_SAID = 12
"""Months beyond which work is said with more people rather than for longer."""
DAYS_SAID = 92
"""Days beyond which the past is told in months."""
DAYS_PER_MONTH = Decimal("30.44")
"""Mean length of a month: 365.25 days ÷ 12."""

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

_ASPIRATED = ("hall", "halle", "handicap", "hangar", "haut", "havre", "hay", "haÿ", "hem", "houilles", "huit")
"""Beginnings of words whose h forbids elision (du Havre, de Houilles)."""

_PREPOSITIONS = {"à", "au", "aux", "de", "du", "des", "en", "par", "pour", "sans", "sur"}

Number = Decimal | int


def number(value: Number, *, places: int = 2) -> str:
    """Return 1813 as « 1 813 » and 47.83 as « 47,83 »: at most `places` decimals, none when they are zeros."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    whole, _, decimals = f"{rounded:,f}".partition(".")
    text = whole.replace(",", NARROW).replace("-", "−")
    if decimals.strip("0"):
        text += f",{decimals}"
    return "0" if text == "−0" else text


def hours_text(hours: Number) -> str:
    """Return « 1 813 h » or « 47,83 h »."""
    return f"{number(hours)}{NO_BREAK}h"


def signed(value: Number) -> str:
    """Write a change: « +50 », « −12,5 », « 0 »."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(Decimal(value)))}"


def signed_hours(hours: Number) -> str:
    """Write a change of hours: « +50 h »."""
    return f"{signed(hours)}{NO_BREAK}h"


def whole_hours(hours: Number) -> str:
    """Return hours to the unit, as one thinks of them: « 588 h »."""
    return f"{number(hours, places=0)}{NO_BREAK}h"


def euros(amount: Number) -> str:
    """Return « 240 000 € » or « 1 240,50 € »; whether it is before or after tax is for the label to say."""
    return f"{number(amount)}{NO_BREAK}€"


def percent(value: Number) -> str:
    """Return 95.93 as « 95,93 % » and 96 as « 96 % »."""
    return f"{number(value)}{NARROW}%"


def share_text(part: Number, whole: Number) -> str:
    """Return what `part` is of `whole`, rounded to the unit: « 61 % »; « — » when the whole is nothing."""
    if not whole:
        return "—"
    return percent((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal(1), ROUND_HALF_UP))


def date_short(day: date) -> str:
    """Return « 28/11/2025 »."""
    return f"{day:%d/%m/}{day.year:04d}"


def day_of_month(day: int) -> str:
    """Return « 12 », « 1er »: the day of any month."""
    return "1er" if day == 1 else str(day)


def date_long(day: date) -> str:
    """Return « 28 novembre 2025 », « 1er décembre 2025 »."""
    return f"{day_of_month(day.day)}{NO_BREAK}{month_name(day)}"


def day_month(day: date) -> str:
    """Return a near day without its year: « 28/10 »."""
    return f"{day:%d/%m}"


def moment(local: datetime) -> str:
    """Return an instant given in Paris time: « 28/11/2025 à 9 h 05 »."""
    return f"{date_short(local)} à {local.hour}{NO_BREAK}h{NO_BREAK}{local:%M}"


def month_name(day: date) -> str:
    """Return the month of a day: « septembre 2025 »."""
    return f"{MONTHS[day.month - 1]} {day.year:04d}"


def since(days: int) -> str:
    """Return how long something has lasted: « depuis aujourd’hui », « depuis hier », « depuis 34 j »."""
    return f"depuis {_days(days, 'aujourd’hui', 'hier')}"


def ago(days: int) -> str:
    """Return when something happened: « aujourd’hui », « hier », « il y a 34 j », « il y a 22 mois »."""
    if days in {0, 1}:
        return _days(days, "aujourd’hui", "hier")
    if days > DAYS_SAID:
        return f"il y a {number(round(Decimal(days) / DAYS_PER_MONTH))}{NO_BREAK}mois"
    return f"il y a {_days(days, '', '')}"


def _days(days: int, today: str, yesterday: str) -> str:
    if days < 0:
        raise ValueError(f"{days} days: a past duration is not negative.")
    return {0: today, 1: yesterday}.get(days, f"{number(days)}{NO_BREAK}j")


def plural(count: Number, singular: str, several: str = "") -> str:
    """Return « 1 personne », « 14 personnes », « 0 personne »: below two, French stays singular.

    The words before a preposition take an s (« fins de contrat ») unless the irregular form is given:
    `plural(3, "bail", "baux")`.
    """
    return f"{number(count)}{NO_BREAK}{agreed(count, singular, several)}"


def agreed(count: Number, singular: str, several: str = "") -> str:
    """Return the words alone, agreed with the count: « relevé reçu », « relevés reçus »."""
    if -2 < count < 2:
        return singular
    words = singular.split(" ")
    head = next((place for place, word in enumerate(words) if word in _PREPOSITIONS), len(words))
    return several or " ".join([*map(_with_s, words[:head]), *words[head:]])


def _with_s(word: str) -> str:
    if word.endswith(("s", "x", "z")):
        return word
    return f"{word}x" if word.endswith(("eau", "eu")) else f"{word}s"


def people_months(hours: Number, *, months: int | None = None) -> str:
    """Translate hours into people: « environ 2 personnes pendant 2 mois » (151.67 h a month each).

    The most balanced pair within one person-month of the hours, that lasts at most `months` (the time that is left):
    the same hours are said the same way on every page, as long as the time allows it. Less than a month is said in
    weeks or days of one person.
    """
    if months is not None and months < 1:
        raise ValueError(f"{months} months: at least one is needed.")
    person_months = Decimal(hours) / HOURS_PER_PERSON_MONTH
    if hours <= 0:
        return "aucune heure"
    if person_months < 1:
        return _one_person(Decimal(hours))
    people, lasting = _balanced(person_months, longest=min(months or MONTHS_SAID, MONTHS_SAID))
    return f"environ {plural(people, 'personne')} pendant {number(lasting)}{NO_BREAK}mois"


def _one_person(hours: Decimal) -> str:
    """Say less than one month of full-time work: weeks of 35 h, else days of 7 h."""
    weeks, days = round(hours / 35), max(1, round(hours / 7))
    duration = plural(weeks, "semaine") if days > 5 else plural(days, "jour")
    return f"environ {plural(1, 'personne')} pendant {duration}"


def _balanced(person_months: Decimal, *, longest: int) -> tuple[int, int]:
    """Return people and months; one month of the rounded number of people is always close enough."""
    pairs = [(max(1, round(person_months / months)), months) for months in range(1, longest + 1)]
    close = [(people, months) for people, months in pairs if abs(people * months - person_months) <= 1]
    return min(close, key=lambda pair: abs(pair[0] - pair[1]))


def elide(word: str, name: str) -> str:
    """Join « de », « à » or « que » to a name: « d’Évry », « de Massy », « des Ulis », « du Coudray », « à Orsay ».

    A leading article contracts (Le, Les) except « La » and « L’ », which stay: « de La Ville-du-Bois ».
    Raises ValueError for another word.
    """
    if word not in {"de", "à", "que"}:
        raise ValueError(f"{word!r} does not know how to elide.")
    article, _, rest = name.partition(" ")
    contracted = {("de", "le"): "du", ("de", "les"): "des", ("à", "le"): "au", ("à", "les"): "aux"}
    if rest and (joined := contracted.get((word, article.lower()))):
        return f"{joined} {rest}"
    if word != "à" and _begins_with_a_vowel(name):
        return f"{word[:-1]}’{name}"
    return f"{word} {name}"


def _begins_with_a_vowel(name: str) -> bool:
    plain = _plain(name)
    if plain.startswith("h"):
        return not plain.startswith(tuple(_plain(word) for word in _ASPIRATED))
    return bool(re.match(r"[aeiouœæ]|y(?![aou])", plain))


def initial_capital(text: str) -> str:
    """Write a sentence's first letter as a capital, and leave the rest: « pas d’offre » becomes « Pas d’offre »."""
    return text[:1].upper() + text[1:]


def listed(names: Iterable[str]) -> str:
    """Return « Anna, Bruno et Chloé »."""
    *first, last = names
    return f"{', '.join(first)} et {last}" if first else last


def typeset(text: str) -> str:
    """Put no-break spaces where French wants them, so that no line begins by a sign nor ends by a «."""
    narrowed = re.sub(r"[ \u00a0](?=[;!?%])", NARROW, str(text))
    return re.sub(r" (?=[:»])|(?<=«) ", NO_BREAK, narrowed)


def quoted(text: object, *, longest: int = 40) -> str:
    """Return what somebody typed between « », cut when it is too long to be shown."""
    typed = str(text).strip()
    return f"« {typed if len(typed) <= longest else typed[:longest] + '…'} »"


def _plain(text: str) -> str:
    return unaccented(text.casefold())


def file_size(octets: int) -> str:
    """Return « 840 o », « 312 Ko », « 25,3 Mo »: powers of 1 024, as file managers show."""
    if octets < 1024:
        return f"{octets}{NO_BREAK}o"
    if octets < 1024**2:
        return f"{number(Decimal(octets) / 1024, places=0)}{NO_BREAK}Ko"
    return f"{number(Decimal(octets) / 1024**2, places=1)}{NO_BREAK}Mo"
