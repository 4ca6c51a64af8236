"""Words of the reference tables."""

from django.db import models


class EpciKind(models.TextChoices):
    """Kinds of intercommunal bodies; the six communes of the Métropole are shown under their EPT (DOMAIN.md 11.1)."""

    CA = "CA", "Communauté d’agglomération"
    CC = "CC", "Communauté de communes"
    EPT = "EPT", "Établissement public territorial"
    METROPOLE = "METROPOLE", "Métropole"
