"""Words of the texts written from a clause: their kinds and who may do what."""

from collections.abc import Mapping
from enum import StrEnum

from django.db import models

from inclusiv.core.actors import Role


class Permission(StrEnum):
    """What a role may do with the texts."""

    SEE_PIECES = "texts.see_pieces"
    WRITE_MODELS = "texts.write_models"


GRANTS = {
    Permission.SEE_PIECES: frozenset({Role.BUYER, Role.FACILITATOR, Role.COORDINATION}),
    Permission.WRITE_MODELS: frozenset({Role.COORDINATION}),
}


class TextKind(models.TextChoices):
    """The pieces of a consultation that carry the clause (DOMAIN.md 2.2, 6.5)."""

    CCAP = "CCAP", "Article du CCAP"
    RC = "RC", "Paragraphe du règlement de la consultation"
    AE = "AE", "Annexe à l’acte d’engagement"
    CONTACT = "CONTACT", "Fiche contact"


SLUGS: Mapping[str, TextKind] = {
    "article-ccap": TextKind.CCAP,
    "paragraphe-rc": TextKind.RC,
    "annexe-ae": TextKind.AE,
    "fiche-contact": TextKind.CONTACT,
}
"""Each kind by its word in the address."""

SHORT: Mapping[TextKind, str] = {
    TextKind.CCAP: "CCAP",
    TextKind.RC: "RC",
    TextKind.AE: "AE",
    TextKind.CONTACT: "Contact",
}
"""Their names where four must hold on a phone: buyers call them so."""

ALL_PIECES = "toutes-les-pieces"
"""The four pieces in one file, by their word in the address."""

EVENTS = {"text.written": "Version {version} écrite, en vigueur à compter du {valid_from}."}
"""What the story says of each event."""
