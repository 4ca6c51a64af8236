"""Official lists that the platform reads and never invents: communes, EPCI, CPV, ROME, NAF."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value

from inclusiv.core.fields import Fold, folded
from inclusiv.reference.choices import EpciKind


class Epci(models.Model):
    """An intercommunal body, by SIREN."""

    siren = models.CharField("SIREN", max_length=9, primary_key=True)
    name = models.CharField("nom", max_length=150)
    kind = models.CharField("nature", max_length=10, choices=EpciKind)

    class Meta:
        verbose_name = "intercommunalité"

    def __str__(self) -> str:
        return self.name


class CommuneQuerySet(models.QuerySet["Commune"]):
    """Communes, found as people write them."""

    def search(self, text: str) -> "CommuneQuerySet":
        """Return the communes whose name begins with the text, accents aside, or that have this postal code."""
        words = text.strip().replace(" ", "-")
        return self.filter(
            Q(folded_name__startswith=Fold(Value(words)))
            | Q(postal_codes__contains=[text.strip()])
            | Q(pk=text.strip())
        )


class Commune(models.Model):
    """A commune of the official geographic code, by INSEE code (never the postal code)."""

    insee = models.CharField("code INSEE", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=100)
    folded_name = folded("name")
    siren = models.CharField("SIREN", max_length=9, null=True, unique=True)
    department = models.CharField("département", max_length=3, db_index=True)
    postal_codes = ArrayField(models.CharField(max_length=5), verbose_name="codes postaux", default=list)
    epci = models.ForeignKey(Epci, on_delete=models.PROTECT, null=True, verbose_name="intercommunalité")
    population = models.PositiveIntegerField("population", null=True)
    latitude = models.DecimalField("latitude", max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField("longitude", max_digits=9, decimal_places=6, null=True)

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = "commune"
        indexes = [GinIndex(fields=["postal_codes"], name="commune_postal_codes")]
        constraints = [
            models.CheckConstraint(
                name="commune_insee_shape",
                condition=Q(insee__regex=r"^(\d{2}|2[AB])\d{3}$"),
                violation_error_message="Un code INSEE de commune compte cinq caractères.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CpvCode(models.Model):
    """A code of the common procurement vocabulary (règlement CE 213/2008), on 8 digits."""

    code = models.CharField("code", max_length=8, primary_key=True)
    key = models.CharField("clé", max_length=1, blank=True)
    label = models.CharField("libellé", max_length=255)
    folded_label = folded("label")

    class Meta:
        verbose_name = "code CPV"

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class RomeCode(models.Model):
    """A trade of the ROME 4.0 directory."""

    code = models.CharField("code", max_length=5, primary_key=True)
    label = models.CharField("libellé", max_length=150)
    folded_label = folded("label")

    class Meta:
        verbose_name = "métier"

    def __str__(self) -> str:
        return self.label


class NafCode(models.Model):
    """A business activity of NAF rév. 2."""

    code = models.CharField("code", max_length=5, primary_key=True)
    label = models.CharField("libellé", max_length=255)

    class Meta:
        verbose_name = "activité"

    def __str__(self) -> str:
        return f"{self.code} {self.label}"
