"""Who may open a door to whom (PRACTICE.md 1.13).

The network opens the first door of its partners, who mostly have nobody here yet. Where somebody manages accesses, they
are given from inside, and the files of people always are; where others follow what is behind a door, it is theirs to
open. Otherwise whoever facilitates could invite an address of their own into another structure, or a company that it
does not work with, and read everybody there. The coordination's managers open what nobody else can, and prove again who
they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from inclusiv.core.actors import Role

PARTNERS: Mapping[Role, frozenset[Role]] = {
    Role.FACILITATOR: frozenset({Role.BUYER, Role.CONTRACTOR, Role.EMPLOYER, Role.PRESCRIBER}),
    Role.COORDINATION: frozenset(Role),
}
"""Whom the people of a role invite in other organisations: 194 communes have no manager yet."""

NETWORK = frozenset(PARTNERS)
"""Roles that hold people's files or everybody's figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What an invitation would open: a role in an organisation, and the management of its accesses with it or not."""

    role: Role
    gives_management: bool = False
    is_own: bool = False
    """Whether the inviter works there."""
    held: frozenset[Role] = frozenset()
    """What the organisation does today in the inviter's département."""
    holds_files: bool = False
    """Whether it is, or was, of the network, or had somebody who prescribes: people's files are there."""
    is_inhabited: bool = False
    """Whether somebody acts for it already."""
    is_managed: bool = False
    """Whether one of them manages its accesses."""
    is_of_others: bool = False
    """Whether structures follow its tenders, none of which is the inviter's own."""
    is_elsewhere: bool = False
    """Whether it acts today, and only in other départements than the inviter's."""

    @property
    def opens_files(self) -> bool:
        """Whether people's files, or everybody's figures, are behind it."""
        return self.holds_files or self.role in NETWORK


class Obstacle(StrEnum):
    """Why somebody may not open a door."""

    ROLE = "role"
    FROM_INSIDE = "from_inside"
    OF_OTHERS = "of_others"
    MANAGEMENT = "management"


def obstacle(door: Door, *, inviter: Role, is_manager: bool) -> Obstacle | None:
    """Return why somebody may not invite, None when they may: managers their own people, the network its partners.

    At home one gives the roles that the organisation holds, and no other: a prescriber of a structure would read its
    files without a second factor. Nobody opens the files of another département.
    """
    partners = PARTNERS.get(inviter, frozenset())
    if is_manager and door.is_own and door.role in door.held:
        return None
    if door.role not in partners or (door.is_own and inviter is not Role.COORDINATION):
        return Obstacle.ROLE
    if is_manager and inviter is Role.COORDINATION and not (door.is_elsewhere and door.opens_files):
        return None
    if door.opens_files or door.is_managed:
        return Obstacle.FROM_INSIDE
    if door.is_of_others:
        return Obstacle.OF_OTHERS
    return Obstacle.MANAGEMENT if door.gives_management and door.is_inhabited else None


def invitable(*, inviter: Role, is_manager: bool, own_roles: frozenset[Role]) -> frozenset[Role]:
    """Return the roles to which somebody may invite, in their own organisation or another."""
    partners = PARTNERS.get(inviter, frozenset())
    return partners | own_roles if is_manager else partners - NETWORK


def asks_who_acts(door: Door, *, inviter: Role, is_manager: bool) -> bool:
    """Say whether who opens a door proves again who they are: it opens files, figures or other doors, or is others' to open.

    Who may not open it is refused at once: to be asked would tell what is behind. The first manager of a partner is the
    network's daily work, and is left simple.
    """
    is_others = not door.is_own and (door.is_managed or door.is_of_others)
    raises_power = door.opens_files or is_others or (door.is_own and door.gives_management)
    return raises_power and obstacle(door, inviter=inviter, is_manager=is_manager) is None
