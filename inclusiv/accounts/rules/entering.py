"""Who may open a door to whom (PRACTICE.md 1.13)."""

from collections.abc import Mapping

from inclusiv.core.actors import Role

PARTNERS: Mapping[Role, frozenset[Role]] = {
    Role.FACILITATOR: frozenset({Role.BUYER, Role.CONTRACTOR, Role.EMPLOYER, Role.PRESCRIBER}),
    Role.COORDINATION: frozenset(Role),
}
"""Whom the people of a role invite in other organisations: 194 communes have no manager yet."""


def may_invite(*, inviter: Role, is_manager: bool, same_organisation: bool, role: Role) -> bool:
    """Say whether somebody may invite to a role: managers their own people, the network its partners."""
    return (is_manager and same_organisation) or role in PARTNERS.get(inviter, frozenset())


def invitable(*, inviter: Role, is_manager: bool, own_roles: frozenset[Role]) -> frozenset[Role]:
    """Return the roles to which somebody may invite, in their own organisation or another."""
    return PARTNERS.get(inviter, frozenset()) | (own_roles if is_manager else frozenset())
