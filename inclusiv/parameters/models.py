"""Constants that the law or the network changes: dated, sourced, scoped (DOMAIN.md annex A)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from inclusiv.accounts.models import Organisation, Period, Territory, ends_after_start
from inclusiv.core import history
from inclusiv.parameters.choices import ParameterKind


@history.tracked()
class Parameter(models.Model):
    """One value of a constant, from one day to another, for everybody, for a territory or for a buyer.

    « LABOUR_SHARE.PAINTING » is the line PAINTING of a table. A contract's own values are its clause's terms.
    """

    code = models.CharField("code", max_length=60)
    value = models.CharField("valeur", max_length=40)
    kind = models.CharField("nature", max_length=10, choices=ParameterKind)
    unit = models.CharField("unité", max_length=20, blank=True)
    starts_on = models.DateField("depuis le")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, null=True, blank=True, verbose_name="territoire"
    )
    buyer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, verbose_name="acheteur"
    )
    source = models.CharField("source", max_length=255)

    class Meta:
        verbose_name = "paramètre"
        constraints = [
            ends_after_start("parameter"),
            models.CheckConstraint(
                name="parameter_one_scope",
                condition=Q(territory=None) | Q(buyer=None),
                violation_error_message="Un paramètre vaut pour un territoire ou pour un acheteur, pas pour les deux.",
            ),
            ExclusionConstraint(
                name="parameter_one_value_a_day",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (Coalesce("territory", 0), RangeOperators.EQUAL),
                    (Coalesce("buyer", 0), RangeOperators.EQUAL),
                    (Period("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Ce paramètre a déjà une valeur à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} = {self.value} {self.unit}".strip()
