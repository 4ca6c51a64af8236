"""The models of the texts, version after version."""

from datetime import date

from django.db import models
from django.db.models import Q

from clauses.texts.choices import TextKind
from inclusiv.core.actors import Actor, Role


class TextModelQuerySet(models.QuerySet["TextModel"]):
    """Models of texts, by who may read them and where they are used."""

    def visible_to(self, actor: Actor) -> "TextModelQuerySet":
        """Return those of the coordination's own département, and those that the platform ships."""
        return self.of(actor.department) if actor.role is Role.COORDINATION else self.none()

    def of(self, department: str) -> "TextModelQuerySet":
        """Return those that a département may use, those that it wrote first, then the newest."""
        return self.filter(department__in=("", department)).order_by("-department", "-version", "pk")

    def in_force(self, on: date) -> "TextModelQuerySet":
        """Return those that had taken effect on a day."""
        return self.filter(valid_from__lte=on)


class TextModel(models.Model):
    """One version of the model of a text: written once, never changed; what was printed from it says its number.

    A département that writes its own version no longer follows those that the platform ships (`department` empty).
    """

    kind = models.CharField("pièce", max_length=10, choices=TextKind)
    department = models.CharField("département", max_length=3, blank=True)
    version = models.PositiveSmallIntegerField("version")
    body = models.TextField("texte")
    valid_from = models.DateField("en vigueur à compter du")
    author = models.CharField("écrite par", max_length=150)
    written_at = models.DateTimeField("écrite le")

    objects = TextModelQuerySet.as_manager()

    class Meta:
        verbose_name = "modèle de texte"
        verbose_name_plural = "modèles de textes"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "department", "version"],
                name="textmodel_version",
                violation_error_message="Cette version existe déjà : rechargez la page.",
            ),
            models.CheckConstraint(
                name="textmodel_number_from_one",
                condition=Q(version__gte=1),
                violation_error_message="Les versions se numérotent à partir de 1.",
            ),
            models.CheckConstraint(
                name="textmodel_is_not_empty",
                condition=~Q(body=""),
                violation_error_message="Ce texte est vide.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, version {self.version}"
