"""Words of the parameters."""

from django.db import models


class ParameterKind(models.TextChoices):
    """How a value is read."""

    DECIMAL = "DECIMAL", "nombre décimal"
    INTEGER = "INTEGER", "nombre entier"
    RATE = "RATE", "taux, de 0 à 1"
    DATE = "DATE", "date"
    BOOLEAN = "BOOLEAN", "oui ou non"
