"""The people of the demonstration as whom anybody may sign in."""

from collections.abc import Sequence
from dataclasses import dataclass

from inclusiv.accounts.models import Membership
from inclusiv.core.actors import ROLE_LABELS, Role
from inclusiv.core.providers import Persona


@dataclass(frozen=True, slots=True)
class Character:
    """A persona's account and what to look at with them."""

    slug: str
    email: str
    role: Role
    story: str


CHARACTERS = (
    Character(
        "facilitatrice",
        "facilitatrice@demo.inclusiv.example",
        Role.FACILITATOR,
        "Valide, propose, contrôle : commence par « À faire ».",
    ),
    Character(
        "acheteuse",
        "acheteuse@demo.inclusiv.example",
        Role.BUYER,
        "Enregistre ses marchés et suit leurs heures ; signataire aussi, d’un clic.",
    ),
    Character(
        "entreprise",
        "entreprise@demo.inclusiv.example",
        Role.CONTRACTOR,
        "Déclare les heures du mois, demande des candidats.",
    ),
    Character(
        "structure",
        "structure@demo.inclusiv.example",
        Role.EMPLOYER,
        "Met des salariés en insertion à disposition des chantiers.",
    ),
    Character(
        "prescriptrice",
        "prescriptrice@demo.inclusiv.example",
        Role.PRESCRIBER,
        "Inscrit les personnes qu’elle accompagne et réunit leurs justificatifs.",
    ),
    Character(
        "coordination",
        "coordination@demo.inclusiv.example",
        Role.COORDINATION,
        "Anime le réseau et produit le bilan annuel.",
    ),
    Character(
        "signataire",
        "signataire@demo.inclusiv.example",
        Role.SIGNATORY,
        "Télécharge le bilan annuel de la charte.",
    ),
)


def personas() -> Sequence[Persona]:
    """Return those whose account exists, in the order above, in one query."""
    rows = Membership.objects.filter(user__email__in=[character.email for character in CHARACTERS])
    found = {(row.user.email, row.capacity.role): row for row in rows.with_actor()}
    return [
        Persona(
            slug=character.slug,
            name=str(found[character.email, character.role].user),
            role=ROLE_LABELS[character.role],
            organisation=found[character.email, character.role].capacity.organisation.name,
            story=character.story,
        )
        for character in CHARACTERS
        if (character.email, character.role) in found
    ]
