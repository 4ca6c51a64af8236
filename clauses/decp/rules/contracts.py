"""One raw contract to one Record, or to a Refusal when it cannot be identified."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from clauses.decp.choices import (
    ID_CAPACITY,
    ID_LIMIT,
    NAME_LIMIT,
    OBJECT_LIMIT,
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
from clauses.decp.rules import identifiers, values, words
from clauses.decp.rules.cells import Cell, Notes
from clauses.decp.rules.records import (
    Amendment,
    Buyer,
    Operator,
    Place,
    Record,
    Refusal,
    Subcontract,
)
from clauses.decp.rules.stream import Element
from clauses.decp.rules.texts import line
from inclusiv.core.french import date_short


@dataclass(frozen=True, slots=True)
class Names:
    """What a contract and a concession call differently."""

    buyer: str
    contractors: str
    contractor: str
    concluded_on: str
    amended_on: str
    amount: str
    required: tuple[str, ...]


_ALWAYS = ("objet", "nature", "procedure", "dureeMois", "datePublicationDonnees")
CONTRACT = Names(
    buyer="acheteur",
    contractors="titulaires",
    contractor="titulaire",
    concluded_on="dateNotification",
    amended_on="dateNotificationModification",
    amount="montant",
    required=(*_ALWAYS, "codeCPV", "lieuExecution", "dateNotification", "montant", "titulaires"),
)
CONCESSION = Names(
    buyer="autoriteConcedante",
    contractors="concessionnaires",
    contractor="concessionnaire",
    concluded_on="dateSignature",
    amended_on="dateSignatureModification",
    amount="valeurGlobale",
    required=(*_ALWAYS, "dateSignature", "valeurGlobale", "concessionnaires"),
)

_PLACE_FORMS: Mapping[PlaceKind, re.Pattern[str]] = {
    PlaceKind.POSTAL_CODE: re.compile(r"\d{5}", re.ASCII),
    PlaceKind.COMMUNE: re.compile(r"(\d{2}|2[AB])(?!000)\d{3}", re.ASCII),
    PlaceKind.DEPARTEMENT: re.compile(r"0[1-9]|[1345678]\d|2[1-9AB]|9[0-5]|97[1-8]|98[4678]", re.ASCII),
    PlaceKind.REGION: re.compile(r"\d{2}", re.ASCII),
    PlaceKind.COUNTRY: re.compile(r"[A-Z]{2,3}", re.ASCII),
}
"""The form of the codes; a commune's INSEE code never ends in 000, many postal codes do."""


def read_contract(element: Element, *, today: date, has_sections: bool) -> Record | Refusal:
    """Normalise a raw contract; `has_sections` says that its file is of the format in force."""
    notes = Notes([])
    raw = Cell(_unflattened(element.raw), "", notes)
    if not isinstance(raw.value, dict):
        raw.refuse(Remark.NOT_AN_OBJECT)
        return Refusal(element.position, tuple(notes.found))
    names = CONCESSION if _is_concession(element.section, raw) else CONTRACT
    number, buyer = _number(raw.child("id")), _buyer(raw.child(names.buyer))
    if number is None or buyer is None:
        return Refusal(element.position, tuple(notes.found))
    _tell_missing(raw, names, has_sections=has_sections)
    notified_on, published_on = _days(raw, names, today)
    price_form, price_types = _prices(raw)
    return Record(
        position=element.position,
        publisher=values.text(raw.child("source"), limit=NAME_LIMIT),
        id=number,
        buyer=buyer,
        is_concession=names is CONCESSION,
        object=values.text(raw.child("objet"), limit=OBJECT_LIMIT),
        nature=words.word(raw.child("nature"), Nature),
        cpv=values.cpv(raw.child("codeCPV")),
        procedure=words.word(raw.child("procedure"), Procedure),
        place=_place(raw.child("lieuExecution")),
        months=values.months(raw.child("dureeMois")),
        notified_on=notified_on,
        published_on=published_on,
        amount=values.amount(raw.child(names.amount)),
        price_form=price_form,
        price_types=price_types,
        contractors=_operators(raw.child(names.contractors), names.contractor),
        social=_social(raw.child("considerationsSociales")),
        framework_id=values.text(raw.child("idAccordCadre"), limit=ID_CAPACITY),
        techniques=words.several(raw.child("techniques"), "technique", Technique),
        execution_modes=words.several(raw.child("modalitesExecution"), "modaliteExecution", ExecutionMode),
        amendments=_amendments(raw.child("modifications"), names, today),
        subcontracts=_subcontracts(raw.child("actesSousTraitance"), "acteSousTraitance", today),
        subcontract_changes=_subcontracts(
            raw.child("modificationsActesSousTraitance"), "modificationActeSousTraitance", today
        ),
        notices=tuple(notes.found),
    )


def _unflattened(raw: object) -> object:
    """Turn keys such as `acheteur.id`, which tables write, back into objects."""
    if not isinstance(raw, dict) or not any("." in key for key in raw):
        return raw
    nested = {key: value for key, value in raw.items() if "." not in key}
    for key, value in raw.items():
        head, dot, tail = key.partition(".")
        parent = nested.get(head)
        if dot and (parent is None or isinstance(parent, dict)):
            nested[head] = {tail: value} | (parent or {})
    return nested


def _is_concession(section: str, raw: Cell) -> bool:
    declared = f"{section} {raw.child('_type').value}"
    if "concession" in words.fold(declared):
        return True
    return raw.child(CONTRACT.buyer).is_absent and not raw.child(CONCESSION.buyer).is_absent


def _tell_missing(raw: Cell, names: Names, *, has_sections: bool) -> None:
    """Tell each compulsory field that is absent; considerations did not exist in the format of 2017."""
    for name in (*names.required, *(("considerationsSociales",) if has_sections else ())):
        if (cell := raw.child(name)).is_absent:
            cell.warn(Remark.MISSING)


def _number(cell: Cell) -> str | None:
    number = line(cell.scalar() or "")
    if not number:
        cell.refuse(Remark.NO_ID)
        return None
    if len(number) > ID_CAPACITY:
        cell.refuse(Remark.ID_TOO_LONG, str(len(number)))
        return None
    if len(number) > ID_LIMIT:
        cell.warn(Remark.ID_OVER_LIMIT, str(len(number)))
    return number


def _buyer(cell: Cell) -> Buyer | None:
    id_cell = cell.child("id") if isinstance(cell.value, dict) else cell
    raw = line(id_cell.scalar() or "")
    if not raw:
        id_cell.refuse(Remark.NO_BUYER)
        return None
    identifier = identifiers.of_establishment(raw)
    if identifier.verdict == Verdict.MALFORMED:
        id_cell.refuse(Remark.BUYER_UNUSABLE, identifier.detail)
        return None
    _tell_identifier(id_cell, raw, identifier)
    name = values.text(cell.child("nom"), limit=NAME_LIMIT)
    return Buyer(identifier.text, identifier.verdict, name)


def _tell_identifier(cell: Cell, raw: str, identifier: identifiers.Identifier) -> None:
    match identifier.verdict:
        case Verdict.WRONG_KEY:
            cell.warn(Remark.IDENTIFIER_KEY)
        case Verdict.SIREN:
            cell.warn(Remark.SIREN_ONLY)
        case Verdict.MALFORMED:
            cell.warn(Remark.IDENTIFIER_SHAPE, identifier.detail)
    if identifier.verdict != Verdict.MALFORMED and identifier.text != raw.upper():
        cell.warn(Remark.IDENTIFIER_REPAIRED, identifier.text)


def _days(raw: Cell, names: Names, today: date) -> tuple[date | None, date | None]:
    """Return the days of conclusion and of publication."""
    published = raw.child("datePublicationDonnees")
    notified_on = values.day(raw.child(names.concluded_on), today=today)
    published_on = values.day(published, today=today)
    if notified_on and published_on and published_on < notified_on:
        published.warn(Remark.DATE_ORDER, date_short(notified_on))
    return notified_on, published_on


def _prices(raw: Cell) -> tuple[PriceForm | None, tuple[PriceType, ...]]:
    """Return the form and the types of price; the format of 2017 wrote the type in `formePrix`."""
    form, types = raw.child("formePrix"), words.several(raw.child("typesPrix"), "typePrix", PriceType)
    if old := words.known(form.scalar() or "", PriceType):
        return None, tuple(price for price in PriceType if price == old or price in types)
    return words.word(form, PriceForm), types


def _place(cell: Cell) -> Place | None:
    if cell.is_absent:
        return None
    if not isinstance(cell.value, dict):
        cell.warn(Remark.UNREADABLE, "un objet avec code et typeCode")
        return None
    kind = words.word(cell.child("typeCode"), PlaceKind)
    code_cell = cell.child("code")
    code = values.text(code_cell, limit=NAME_LIMIT).upper()
    name = values.text(cell.child("nom"), limit=NAME_LIMIT)
    if not code and not name:
        return None
    repaired = _repaired_place(kind, code)
    if repaired != (kind, code):
        kind, code = repaired
        code_cell.warn(Remark.PLACE_REPAIRED, f"{kind.label.lower()} {code}" if kind else code)
    form = _PLACE_FORMS.get(kind) if kind else None
    is_sound = bool(code) and (form is None or form.fullmatch(code) is not None)
    if kind and not is_sound:
        code_cell.warn(Remark.PLACE_CODE, kind.label.lower())
    return Place(kind, code, name, is_sound)


def _repaired_place(kind: PlaceKind | None, code: str) -> tuple[PlaceKind | None, str]:
    """Repair what can mean one thing only: a département as a postal code, `FR75012`, `078`."""
    departement = _PLACE_FORMS[PlaceKind.DEPARTEMENT]
    if kind == PlaceKind.POSTAL_CODE and departement.fullmatch(code):
        return PlaceKind.DEPARTEMENT, code
    if kind == PlaceKind.POSTAL_CODE and re.fullmatch(r"FR\d{5}", code, re.ASCII):
        return kind, code.removeprefix("FR")
    if kind == PlaceKind.DEPARTEMENT and len(code) == 3 and departement.fullmatch(code.removeprefix("0")):
        return kind, code.removeprefix("0")
    return kind, code


def _operators(cell: Cell, wrapper: str) -> tuple[Operator, ...]:
    found = (_operator(entry) for entry in cell.entries(wrapper))
    return tuple(dict.fromkeys(operator for operator in found if operator))


def _operator(cell: Cell) -> Operator | None:
    if not isinstance(cell.value, dict):
        cell.warn(Remark.UNREADABLE, "un objet avec typeIdentifiant et id")
        return None
    kind = words.word(cell.child("typeIdentifiant"), IdentifierKind)
    id_cell = cell.child("id")
    raw = values.text(id_cell, limit=ID_CAPACITY)
    name = values.text(cell.child("denominationSociale"), limit=NAME_LIMIT)
    if not raw:
        id_cell.warn(Remark.MISSING)
        return Operator(kind, "", Verdict.UNCHECKED, name) if name else None
    identifier = identifiers.of_operator(kind, raw)
    _tell_identifier(id_cell, raw, identifier)
    return Operator(identifier.kind, identifier.text, identifier.verdict, name)


def _social(cell: Cell) -> tuple[SocialConsideration, ...] | None:
    found = words.several(cell, "considerationSociale", SocialConsideration)
    if SocialConsideration.NONE in found and len(found) > 1:
        cell.warn(Remark.CONTRADICTION, value=", ".join(one.label for one in found))
        return tuple(one for one in found if one != SocialConsideration.NONE)
    return found or None


def _amendments(cell: Cell, names: Names, today: date) -> tuple[Amendment, ...]:
    return tuple(
        Amendment(
            number=values.rank(entry.child("id")),
            object=values.text(entry.child("objetModification"), limit=OBJECT_LIMIT),
            notified_on=values.day(entry.child(names.amended_on), today=today),
            published_on=values.day(entry.child("datePublicationDonneesModification"), today=today),
            amount=values.amount(entry.child(names.amount)),
            months=values.months(entry.child("dureeMois")),
            contractors=_operators(entry.child(names.contractors), names.contractor),
        )
        for entry in _objects(cell, "modification")
    )


def _subcontracts(cell: Cell, wrapper: str, today: date) -> tuple[Subcontract, ...]:
    is_change = wrapper.startswith("modification")
    notified = "dateNotificationModificationSousTraitance" if is_change else "dateNotification"
    return tuple(
        Subcontract(
            number=values.rank(entry.child("id")),
            subcontractor=next(iter(_operators(entry.child("sousTraitant"), "sousTraitant")), None),
            notified_on=values.day(entry.child(notified), today=today),
            published_on=values.day(entry.child("datePublicationDonnees"), today=today),
            amount=values.amount(entry.child("montant")),
            months=values.months(entry.child("dureeMois")),
        )
        for entry in _objects(cell, wrapper)
    )


def _objects(cell: Cell, wrapper: str) -> Iterator[Cell]:
    for entry in cell.entries(wrapper):
        if isinstance(entry.value, dict):
            yield entry
        else:
            entry.warn(Remark.UNREADABLE, "un objet")
