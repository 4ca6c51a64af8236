"""The subcontractors of a lot, tier by tier, as those who may read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from clauses.procurement.choices import Permission, SubcontractStatus
from clauses.procurement.models import Award, Subcontract
from inclusiv.core.actors import Actor, Role
from inclusiv.core.quantities import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class SubcontractSheet:
    """The subcontractors of an award, each under the one that it depends on, and what this reader may do."""

    award: Award
    subcontracts: list[Subcontract]
    may_declare: bool
    may_decide: bool

    @property
    def given(self) -> Decimal:
        """What is given to the first tier, refusals apart, in € HT."""
        return sum(
            (
                one.amount
                for one in self.subcontracts
                if one.rank == 1 and one.status != SubcontractStatus.REFUSED
            ),
            ZERO,
        )

    @property
    def waiting(self) -> list[Subcontract]:
        """Those that wait for the buyer's decision."""
        return [one for one in self.subcontracts if one.status == SubcontractStatus.DECLARED]

    @property
    def accepted(self) -> list[Subcontract]:
        """Those that work or will work on the lot."""
        return [one for one in self.subcontracts if one.status == SubcontractStatus.ACCEPTED]


def subcontract_sheets(awards: Sequence[Award], *, actor: Actor) -> list[SubcontractSheet]:
    """Return what an actor reads of the subcontractors of awards loaded with their members and their tender.

    Amounts are between the buyer, its facilitation and the contractors: who only takes part in the lot reads none.
    """
    found: dict[int, list[Subcontract]] = {}
    rows = (
        Subcontract.objects.visible_to(actor)
        .filter(award__in=awards)
        .select_related("organisation", "parent")
    )
    for one in rows.order_by("award", "rank", "declared_on", "pk"):
        found.setdefault(one.award_id, []).append(one)
    return [
        sheet_of(award, in_order(found.get(award.pk, [])), actor=actor)
        for award in awards
        if reads(award, actor)
    ]


def reads(award: Award, actor: Actor) -> bool:
    """Say whether an actor reads the subcontractors of an award."""
    return actor.may(Permission.SEE_TENDERS) or holds(award, actor)


def holds(award: Award, actor: Actor) -> bool:
    """Say whether the actor works for a contractor of an award loaded with its members."""
    return any(member.organisation_id == actor.organisation_id for member in award.members.all())


def in_order(rows: Sequence[Subcontract]) -> list[Subcontract]:
    """Return subcontracts each followed by those that depend on it."""
    below: dict[int | None, list[Subcontract]] = {}
    for one in rows:
        below.setdefault(one.parent_id, []).append(one)
    ordered: list[Subcontract] = []
    # A stack, not a call for each tier: nothing bounds how deep companies subcontract.
    waiting = below.get(None, [])[::-1]
    while waiting:
        ordered.append(waiting.pop())
        waiting += below.get(ordered[-1].pk, [])[::-1]
    return ordered


def sheet_of(award: Award, rows: list[Subcontract], *, actor: Actor) -> SubcontractSheet:
    """Return the sheet of one award."""
    declares = actor.may(Permission.DECLARE_SUBCONTRACT)
    runs = award.lot.tender.is_running
    return SubcontractSheet(
        award=award,
        subcontracts=rows,
        may_declare=runs and declares and (actor.role is Role.FACILITATOR or holds(award, actor)),
        may_decide=runs and actor.may(Permission.DECIDE_SUBCONTRACT),
    )
