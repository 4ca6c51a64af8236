"""The table of grants: each app declares its own lines, this module merges them into one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

Code = StrEnum
AnyCode = TypeVar("AnyCode", bound=StrEnum)
AnyRole = TypeVar("AnyRole", bound=StrEnum)

_TABLE: dict[str, frozenset[str]] = {}


def declare(grants: Mapping[AnyCode, frozenset[AnyRole]]) -> None:
    """Add an app's grants, permission → roles. Raises ValueError when a permission is declared twice."""
    for permission, roles in grants.items():
        if permission.value in _TABLE and _TABLE[permission.value] != roles:
            raise ValueError(f"The permission {permission.value} is already granted.")
        _TABLE[permission.value] = frozenset(roles)


def granted(*, role: StrEnum, permission: Code) -> bool:
    """Say whether the role holds the permission. Raises KeyError for a permission that nobody declared."""
    return role in _TABLE[permission.value]


def table() -> dict[str, frozenset[str]]:
    """Return the whole table, permission → roles, in alphabetical order."""
    return dict(sorted(_TABLE.items()))
