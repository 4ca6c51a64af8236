"""What a file gives once read: contracts in our words, what is odd about them, and the counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clauses.decp.choices import (
    ExecutionMode,
    IdentifierKind,
    Level,
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
from clauses.decp.rules import messages
from clauses.decp.rules.stream import Position

_OVERSEAS = ("97", "98")


@dataclass(frozen=True, slots=True)
class Notice:
    """One oddity: `field` is a DECP path, `value` what was read, `detail` what the rule makes of it."""

    level: Level
    code: Remark
    field: str = ""
    value: str = ""
    detail: str = ""

    @property
    def message(self) -> str:
        """The sentence for the screen."""
        return messages.remark(self.code, field=self.field, value=self.value, detail=self.detail)


@dataclass(frozen=True, slots=True)
class Buyer:
    """The buyer, or the conceding authority: 14 digits (SIRET) or 9 (SIREN); the name only in the format of 2017."""

    id: str
    verdict: Verdict
    name: str = ""

    @property
    def siren(self) -> str:
        """The nine digits of the legal person."""
        return self.id[:9]


@dataclass(frozen=True, slots=True)
class Operator:
    """A contractor, a concession holder or a subcontractor; `id` is empty when only the name is told."""

    kind: IdentifierKind | None
    id: str
    verdict: Verdict
    name: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the contract is executed, as declared; `is_sound` is false when the code has not the form of its kind."""

    kind: PlaceKind | None
    code: str
    name: str = ""
    is_sound: bool = True

    @property
    def insee_code(self) -> str:
        """The INSEE code of the commune, empty unless declared as such: a postal code is never one."""
        return self.code if self.is_sound and self.kind == PlaceKind.COMMUNE else ""

    @property
    def departement(self) -> str:
        """The code of the département, or empty.

        From a postal code it is right but for a handful of communes served by a neighbouring post office, and
        unknown in Corsica.
        """
        if not self.is_sound or self.kind is None:
            return ""
        if self.kind == PlaceKind.DEPARTEMENT:
            return self.code
        if self.kind not in (PlaceKind.COMMUNE, PlaceKind.POSTAL_CODE) or self.code.startswith("20"):
            return ""
        return self.code[: 3 if self.code.startswith(_OVERSEAS) else 2]


@dataclass(frozen=True, slots=True)
class Amendment:
    """A modification published after the contract: the new amount (€ HT), the new duration, the new contractors."""

    number: int | None
    object: str
    notified_on: date | None
    published_on: date | None
    amount: Decimal | None
    months: int | None
    contractors: tuple[Operator, ...] = ()


@dataclass(frozen=True, slots=True)
class Subcontract:
    """A declared act of subcontracting, or its modification (then without a subcontractor); amount in € HT."""

    number: int | None
    subcontractor: Operator | None
    notified_on: date | None
    published_on: date | None
    amount: Decimal | None
    months: int | None


@dataclass(frozen=True, slots=True)
class Variant:
    """What another record of the same file said under the same number, and that was not retained."""

    position: Position
    publisher: str
    object: str
    cpv: str
    notified_on: date | None
    published_on: date | None
    amount: Decimal | None
    contractors: tuple[Operator, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One contract. Unknown texts are empty, other unknown values None; `amount` in € HT, `months` rounded up.

    `social` is None when nothing was declared, which is not « Pas de considération sociale ».
    """

    position: Position
    publisher: str
    id: str
    buyer: Buyer
    is_concession: bool
    object: str
    nature: Nature | None
    cpv: str
    procedure: Procedure | None
    place: Place | None
    months: int | None
    notified_on: date | None
    published_on: date | None
    amount: Decimal | None
    price_form: PriceForm | None
    price_types: tuple[PriceType, ...]
    contractors: tuple[Operator, ...]
    social: tuple[SocialConsideration, ...] | None
    framework_id: str
    techniques: tuple[Technique, ...]
    execution_modes: tuple[ExecutionMode, ...]
    amendments: tuple[Amendment, ...]
    subcontracts: tuple[Subcontract, ...]
    subcontract_changes: tuple[Subcontract, ...]
    variants: tuple[Variant, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What identifies a contract: its buyer and its number."""
        return self.buyer.id, self.id

    @property
    def last_published_on(self) -> date | None:
        """The day of the latest publication, amendments included: the first one is never updated."""
        days = [self.published_on, *(amendment.published_on for amendment in self.amendments)]
        return max((day for day in days if day), default=None)

    @property
    def additions(self) -> int:
        """How many amendments and acts were added since: a contract's history can only grow."""
        return len(self.amendments) + len(self.subcontracts) + len(self.subcontract_changes)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that cannot be identified, and why."""

    position: Position
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """A record that was gathered into another one of the same file, of the same key, at `into`."""

    position: Position
    key: tuple[str, str]
    into: Position
    cause: Remark


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a file: read = kept + merged + refused; `warnings` by kind and field, the most frequent first."""

    read: int
    kept: int
    merged: int
    refused: int
    warnings: Mapping[tuple[Remark, str], int]


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole file: one record per key, in the file's order, and all that was refused, merged or odd in it."""

    records: tuple[Record, ...]
    refusals: tuple[Refusal, ...]
    merged: tuple[Merged, ...]
    remarks: tuple[Notice, ...] = ()
