"""Who acts: one membership of one person, built once per request and passed down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from inclusiv.core import permissions


class Role(StrEnum):
    """What an organisation does in the network; one membership acts in one role (ARCHITECTURE.md 4.2)."""

    BUYER = "BUYER"
    FACILITATOR = "FACILITATOR"
    PRESCRIBER = "PRESCRIBER"
    CONTRACTOR = "CONTRACTOR"
    EMPLOYER = "EMPLOYER"
    SIGNATORY = "SIGNATORY"
    COORDINATION = "COORDINATION"


ROLE_LABELS: Mapping[Role, str] = {
    Role.BUYER: "Acheteur",
    Role.FACILITATOR: "Facilitation des clauses sociales",
    Role.PRESCRIBER: "Prescription",
    Role.CONTRACTOR: "Entreprise titulaire",
    Role.EMPLOYER: "Structure d’insertion",
    Role.SIGNATORY: "Signataire de la charte",
    Role.COORDINATION: "Coordination départementale",
}


NAME_LENGTH = 150
SIGNATURE_LENGTH = 255
"""What the columns that keep an author hold: whoever acts may have named themselves at length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One membership at work. The system acts with `membership_id` None and every permission of `role`."""

    user_id: int | None
    membership_id: int | None
    organisation_id: int
    role: Role
    is_manager: bool = False
    """Whether the person opens and closes the accesses of the organisation."""
    name: str
    """Name on screen of the person who acts."""
    organisation: str
    department: str = "91"
    """Code of the département in which this membership works."""
    on_behalf_of: str = field(default="")
    """« saisi pour le compte de … »: the organisation for which a facilitator acts, or empty (PRACTICE.md 1.1)."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", shortened(self.name, longest=NAME_LENGTH))

    @property
    def signature(self) -> str:
        """How the person signs what is kept: « Nadia K., PLIE Nord »."""
        return shortened(f"{self.name}, {self.organisation}", longest=SIGNATURE_LENGTH)

    def may(self, permission: permissions.Code) -> bool:
        """Say whether the role grants the permission."""
        return permissions.granted(role=self.role, permission=permission)

    @property
    def role_label(self) -> str:
        """French name of the role."""
        return ROLE_LABELS[self.role]


def shortened(text: str, *, longest: int) -> str:
    """Return a text cut to so many characters, which says that it was."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
