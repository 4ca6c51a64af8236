"""Whom to call and write to in an organisation."""

from datetime import date

from django.db import models
from django.db.models import Q

from inclusiv.accounts.choices import ContactRole
from inclusiv.accounts.models.network import Organisation
from inclusiv.core.actors import Actor, Role


class ContactQuerySet(models.QuerySet["Contact"]):
    """Contacts, by who may read them and who is reached first."""

    def visible_to(self, actor: Actor) -> "ContactQuerySet":
        """Return one's own organisation's, and everybody's to those who run the network."""
        if actor.role in {Role.FACILITATOR, Role.COORDINATION}:
            return self.all()
        return self.filter(organisation_id=actor.organisation_id)

    def present(self) -> "ContactQuerySet":
        """Return those who have not left, the first to call first."""
        return self.filter(left_on=None).order_by("rank", "pk")

    def reachable(self, *, partner: int | None = None) -> "ContactQuerySet":
        """Return those whose address works, the first to write to first.

        What a partner told serves for its own contracts only, by its key, until the organisation or the network keeps
        it too: nobody turns the letters of a company to themselves.
        """
        named = Q(told_by=None) if partner is None else Q(told_by=None) | Q(told_by=partner)
        return self.present().filter(named, bounced_at=None).exclude(email="")

    def to_confirm(self, *, since: date) -> "ContactQuerySet":
        """Return those whom nobody confirmed since a day."""
        return self.present().filter(Q(confirmed_on=None) | Q(confirmed_on__lt=since))


class Contact(models.Model):
    """Somebody to call in an organisation; `rank` says who comes first, the next one is the fallback."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField("nom", max_length=150)
    role = models.CharField("fonction", max_length=20, choices=ContactRole, default=ContactRole.OTHER)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    mobile = models.CharField("mobile", max_length=20, blank=True)
    email = models.EmailField("adresse e-mail", blank=True)
    rank = models.PositiveSmallIntegerField("rang", default=1)
    confirmed_on = models.DateField("confirmé le", null=True, blank=True)
    told_by = models.BigIntegerField("indiqué par", null=True, blank=True)
    """Key of the partner that told of them, and that nobody confirmed yet; None for whom the organisation named."""
    left_on = models.DateField("parti le", null=True, blank=True)
    bounced_at = models.DateTimeField("adresse refusée le", null=True, blank=True)
    """When a mail came back: the next contact is written to until the address is corrected."""

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = "contact"
        constraints = [
            models.CheckConstraint(
                name="contact_can_be_reached",
                condition=~Q(phone="", email="", mobile=""),
                violation_error_message="Un contact a un téléphone ou une adresse e-mail.",
            )
        ]

    def __str__(self) -> str:
        return self.name
