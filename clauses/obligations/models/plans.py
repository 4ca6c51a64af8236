"""The hours of an award month by month, as proposed and agreed; and what bends the straight line expected of a lot."""

from django.db import models
from django.db.models import Q

from clauses.procurement.models import Award, Lot
from inclusiv.accounts.models import ends_after_start
from inclusiv.core.actors import Actor
from inclusiv.core.fields import hours_field


class MonthPlanQuerySet(models.QuerySet["MonthPlan"]):
    """Plans, by who may see them."""

    def visible_to(self, actor: Actor) -> "MonthPlanQuerySet":
        """Return the plans of the awards one sees."""
        return self.filter(award__in=Award.objects.visible_to(actor))


class MonthPlan(models.Model):
    """A version of the plan of an award: inserted, never changed; the last one is the one that counts."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField("version")
    total = hours_field("heures du plan")
    comment = models.CharField("précisions", max_length=1000, blank=True)
    proposed_at = models.DateTimeField("proposé le")
    proposed_by = models.CharField("proposé par", max_length=255)

    objects = MonthPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "plan d’heures"
        verbose_name_plural = "plans d’heures"
        constraints = [
            models.UniqueConstraint(
                fields=["award", "number"],
                name="monthplan_number",
                violation_error_message="Cette version du plan existe déjà.",
            ),
            models.CheckConstraint(
                name="monthplan_total_is_positive",
                condition=Q(number__gte=1, total__gt=0),
                violation_error_message="Un plan compte des heures.",
            ),
        ]

    def __str__(self) -> str:
        return f"Plan d’heures n° {self.number}, attribution {self.award_id}"


class MonthPlanLine(models.Model):
    """The hours of a month, over its days of execution (both inclusive)."""

    plan = models.ForeignKey(MonthPlan, on_delete=models.PROTECT, related_name="lines")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au (inclus)")
    hours = hours_field("heures")

    class Meta:
        verbose_name = "mois d’un plan d’heures"
        constraints = [
            ends_after_start("monthplanline"),
            models.UniqueConstraint(
                fields=["plan", "starts_on"],
                name="monthplanline_once",
                violation_error_message="Ce mois est déjà dans le plan.",
            ),
            models.CheckConstraint(
                name="monthplanline_not_negative",
                condition=Q(hours__gte=0),
                violation_error_message="Les heures d’un mois ne peuvent pas être négatives.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hours} h à partir du {self.starts_on}"


class PlanDecision(models.Model):
    """What the facilitation said of a version of the plan: agreed, or to be done again with the reason."""

    plan = models.OneToOneField(MonthPlan, on_delete=models.PROTECT, related_name="decision")
    is_agreed = models.BooleanField("accepté")
    reason = models.CharField("motif", max_length=500, blank=True)
    decided_on = models.DateField("décidé le")
    decided_at = models.DateTimeField("enregistré le")
    decided_by = models.CharField("décidé par", max_length=255)

    class Meta:
        verbose_name = "décision sur un plan d’heures"
        verbose_name_plural = "décisions sur les plans d’heures"
        constraints = [
            models.CheckConstraint(
                name="plandecision_refusal_says_why",
                condition=Q(is_agreed=True) | ~Q(reason=""),
                violation_error_message="Un plan à revoir l’est pour un motif.",
            )
        ]

    def __str__(self) -> str:
        return f"Plan {self.plan_id} {'accepté' if self.is_agreed else 'à revoir'}"


class ExpectedCurve(models.Model):
    """What bends the straight line of a lot: the agreed plan, and the days of a suspension. No row: a straight line.

    It repeats what the plans, the versions of the obligations and the suspensions tell, for lists to be read at once.
    """

    lot = models.OneToOneField(Lot, on_delete=models.CASCADE, related_name="curve")
    plan = models.ForeignKey(MonthPlan, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agreed_on = models.DateField("plan accepté le", null=True, blank=True)
    changed_on = models.DateField("heures dues changées le", null=True, blank=True)
    """From which day the hours owed differ from the plan's: the first change since the agreement."""
    has_stops = models.BooleanField("exécution suspendue", default=False)

    class Meta:
        verbose_name = "rythme attendu"
        verbose_name_plural = "rythmes attendus"
        constraints = [
            models.CheckConstraint(
                name="expectedcurve_plan_is_dated",
                condition=Q(plan=None, agreed_on=None, changed_on=None)
                | Q(plan__isnull=False, agreed_on__isnull=False),
                violation_error_message="Un plan accepté porte sa date.",
            )
        ]

    def __str__(self) -> str:
        return f"Rythme attendu du lot {self.lot_id}"
