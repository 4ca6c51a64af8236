"""How people come in, and who stands in for whom."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from inclusiv.accounts.choices import ROLE_CHOICES
from inclusiv.accounts.models.network import (
    Capacity,
    Membership,
    Organisation,
    Period,
    User,
    ends_after_start,
)
from inclusiv.accounts.rules.entering import NETWORK
from inclusiv.core.actors import Actor, Role
from inclusiv.core.fields import TODAY


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations, by who follows them."""

    def visible_to(self, actor: Actor) -> "InvitationQuerySet":
        """Return those that the actor's organisation sent, or that open its own doors."""
        return self.filter(
            Q(capacity__organisation_id=actor.organisation_id)
            | Q(invited_by__capacity__organisation_id=actor.organisation_id)
        )

    def pending(self) -> "InvitationQuerySet":
        """Return those that nobody answered yet."""
        return self.filter(accepted_at=None, revoked_at=None)

    def standing(self, *, on: date) -> "InvitationQuerySet":
        """Return those whose sender still has the access from which they were sent: a departure closes the others."""
        return self.filter(invited_by__in=Membership.objects.live(on=on))


class Invitation(models.Model):
    """Somebody asked to come and act for an organisation, by a link sent to their address."""

    email = models.EmailField("adresse e-mail")
    capacity = models.ForeignKey(Capacity, on_delete=models.PROTECT, related_name="invitations")
    is_manager = models.BooleanField("gère les accès", default=False)
    in_place_of = models.CharField("au nom de", max_length=150, blank=True)
    invited_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="invitations")
    created_at = models.DateTimeField("envoyée le")
    accepted_at = models.DateTimeField("acceptée le", null=True)
    revoked_at = models.DateTimeField("retirée le", null=True)
    membership = models.OneToOneField(
        Membership, on_delete=models.PROTECT, null=True, related_name="came_by", verbose_name="accès ouvert"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        constraints = [
            models.UniqueConstraint(
                fields=["email", "capacity"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_once_at_a_time",
                violation_error_message="Une invitation attend déjà la réponse de cette personne.",
            ),
            models.CheckConstraint(
                name="invitation_accepted_opens_an_access",
                condition=Q(accepted_at=None, membership=None)
                | Q(accepted_at__isnull=False, membership__isnull=False, revoked_at=None),
                violation_error_message="Une invitation acceptée ouvre un accès, et elle seule.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}, {self.capacity}"


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    """Requests to join, by who may answer."""

    def visible_to(self, actor: Actor) -> "JoinRequestQuerySet":
        """Return those that the actor may accept (rules/entering.py): nobody else reads them, nor sets them aside.

        Managers answer for what their own organisation does, the network for its partners in its département that have
        none. Whoever asks for an organisation that is not known here, or acts nowhere, is for every network to answer.
        """
        somewhere = Capacity.objects.filter(organisation=models.OuterRef("organisation"))
        here = somewhere.filter(department=actor.department)
        does_it = models.Exists(here.filter(role=models.OuterRef("role")))
        own = Q(does_it, organisation_id=actor.organisation_id) if actor.is_manager else Q(pk=None)
        if actor.role not in NETWORK:
            return self.filter(own)
        partners = models.Exists(here) | ~models.Exists(somewhere)
        if actor.role is Role.COORDINATION and actor.is_manager:
            return self.filter(partners)
        guarded = Organisation.objects.holding_files().filter(pk=models.OuterRef("organisation"))
        managed = Membership.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=TODAY),
            capacity__organisation=models.OuterRef("organisation"),
            is_manager=True,
            revoked_at=None,
        )
        return self.filter(own | partners & ~models.Exists(guarded) & ~models.Exists(managed))

    def waiting(self) -> "JoinRequestQuerySet":
        """Return those that nobody answered."""
        return self.filter(answered_at=None)


class JoinRequest(models.Model):
    """Somebody who asks for an access without having been invited; nothing opens before an invitation answers."""

    email = models.EmailField("adresse e-mail")
    name = models.CharField("nom", max_length=150)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="join_requests"
    )
    """The organisation of the SIRET, when the platform knows it."""
    told_siret = models.CharField("SIRET", max_length=14)
    told_name = models.CharField("organisation", max_length=255)
    role = models.CharField("rôle souhaité", max_length=20, choices=ROLE_CHOICES)
    asked_at = models.DateTimeField("demandé le")
    answered_at = models.DateTimeField("répondu le", null=True)
    answered_by = models.CharField("répondu par", max_length=255, blank=True)
    is_accepted = models.BooleanField("acceptée", default=False)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’accès"
        constraints = [
            models.UniqueConstraint(
                fields=["email", "told_siret", "role"],
                condition=Q(answered_at=None),
                name="joinrequest_once_at_a_time",
                violation_error_message="Cette demande attend déjà une réponse.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.told_name}"

    @property
    def into(self) -> str:
        """The name under which the platform knows the organisation that it would open, else the one that was typed."""
        return self.organisation.name if self.organisation else self.told_name


class CoverQuerySet(models.QuerySet["Cover"]):
    """Replacements, by organisation and day."""

    def visible_to(self, actor: Actor) -> "CoverQuerySet":
        """Return those of the actor's own organisation."""
        return self.filter(organisation_id=actor.organisation_id)

    def current(self, *, on: date) -> "CoverQuerySet":
        """Return those that run or are still to come."""
        return self.filter(ends_on__gte=on)


class Cover(models.Model):
    """« Remplacement »: a colleague answers for somebody away, between two days inclusive (PRACTICE.md 1.13)."""

    absent = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    substitute = models.ForeignKey(User, on_delete=models.PROTECT, related_name="covers")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="covers")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")

    objects = CoverQuerySet.as_manager()

    class Meta:
        verbose_name = "remplacement"
        constraints = [
            ends_after_start("cover"),
            models.CheckConstraint(
                name="cover_by_somebody_else",
                condition=~Q(absent=F("substitute")),
                violation_error_message="On ne se remplace pas soi-même.",
            ),
            ExclusionConstraint(
                name="cover_once_at_a_time",
                expressions=[
                    ("absent", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (Period("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette personne est déjà remplacée à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absent} remplacé·e par {self.substitute}"
