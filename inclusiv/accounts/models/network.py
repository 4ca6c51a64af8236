"""People with an account, organisations, what they do, who works where, and which structure follows which commune."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q

from inclusiv.accounts.choices import ROLE_CHOICES, BuyerKind, CompanyKind
from inclusiv.accounts.rules.entering import NETWORK
from inclusiv.core import history
from inclusiv.core.actors import Actor, Role
from inclusiv.core.fields import folded
from inclusiv.reference.models import Commune


class Period(Func):
    """The days from one column to another, both inclusive, as a PostgreSQL range; no end means for ever."""

    function = "DATERANGE"
    template = "%(function)s(%(expressions)s, '[]')"
    output_field = DateRangeField()


def running_on(day: date, prefix: str = "") -> Q:
    """Return the condition of a dated row that runs on the day, both ends inclusive."""
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day})
    )


def ends_after_start(model: str) -> models.CheckConstraint:
    """Return the constraint of every dated row: the end does not come before the start."""
    return models.CheckConstraint(
        name=f"{model}_ends_after_start",
        condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
        violation_error_message="La fin ne peut pas précéder le début.",
    )


class UserManager(BaseUserManager["User"]):
    """Accounts are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account; without a password it cannot sign in by itself."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def visible_to(self, actor: Actor) -> "models.QuerySet[User]":
        """Return the people who act, or acted, for the actor's own organisation."""
        own = Membership.objects.filter(
            user=models.OuterRef("pk"), capacity__organisation_id=actor.organisation_id
        )
        return self.filter(models.Exists(own))


class User(AbstractBaseUser):
    """A person who signs in; what they may do comes from their memberships."""

    email = models.EmailField("adresse e-mail", unique=True)
    first_name = models.CharField("prénom", max_length=75)
    last_name = models.CharField("nom", max_length=75)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    is_active = models.BooleanField("compte ouvert", default=True)
    session_seed = models.CharField("graine des sessions", max_length=32, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    class Meta:
        verbose_name = "compte"

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def get_session_auth_hash(self) -> str:
        """Return what a session must hold to be the person's: it changes with the password and with `session_seed`."""
        return super().get_session_auth_hash() + self.session_seed

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield the same under the former keys of the site."""
        for former in super().get_session_auth_fallback_hash():
            yield former + self.session_seed


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations, by what they do."""

    def acting_as(self, role: Role, *, on: date, department: str = "") -> "OrganisationQuerySet":
        """Return those that hold the capacity on the day, in a département when one is told."""
        capacities = Capacity.objects.filter(running_on(on), organisation=models.OuterRef("pk"), role=role)
        if department:
            capacities = capacities.filter(department=department)
        return self.filter(models.Exists(capacities))

    def holding_files(self) -> "OrganisationQuerySet":
        """Return those that hold people's files: of the network today or before, or somebody prescribed for them."""
        held = Capacity.objects.filter(organisation=models.OuterRef("pk"))
        prescribers = held.filter(role=Role.PRESCRIBER, memberships__isnull=False)
        return self.filter(models.Exists(held.filter(role__in=NETWORK)) | models.Exists(prescribers))

    def visible_to(self, actor: Actor) -> "OrganisationQuerySet":
        """Return every organisation to those who run the network, else one's own: names are public, rows are not."""
        if actor.role in {Role.FACILITATOR, Role.COORDINATION}:
            return self.all()
        return self.filter(pk=actor.organisation_id)


@history.tracked(exclude=["phone"])
class Organisation(models.Model):
    """A legal person, or one of its establishments: known by SIREN, by SIRET when it is told (ARCHITECTURE.md 4.2)."""

    siren = models.CharField("SIREN", max_length=9)
    siret = models.CharField("SIRET", max_length=14, null=True, blank=True, unique=True)
    name = models.CharField("nom", max_length=255)
    folded_name = folded("name")
    former_names = ArrayField(
        models.CharField(max_length=255), verbose_name="anciens noms", default=list, blank=True
    )
    is_named_by_partner = models.BooleanField("nommée par un partenaire", default=False, editable=False)
    """Whether its name is what a buyer or a company told first: the network's replaces it."""
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, verbose_name="successeur"
    )
    buyer_kind = models.CharField("nature d’acheteur", max_length=20, choices=BuyerKind, blank=True)
    company_kind = models.CharField("nature d’entreprise", max_length=20, choices=CompanyKind, blank=True)
    commune = models.ForeignKey(
        Commune, on_delete=models.PROTECT, null=True, blank=True, verbose_name="commune"
    )
    phone = models.CharField("téléphone", max_length=20, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisation"
        constraints = [
            models.CheckConstraint(
                name="organisation_siren_shape",
                condition=Q(siren__regex=r"^\d{9}$"),
                violation_error_message="Un SIREN compte neuf chiffres.",
            ),
            models.CheckConstraint(
                name="organisation_siret_begins_with_siren",
                condition=Q(siret=None) | Q(siret__regex=r"^\d{14}$", siret__startswith=F("siren")),
                violation_error_message="Un SIRET compte quatorze chiffres et commence par le SIREN.",
            ),
            models.UniqueConstraint(
                fields=["siren"],
                condition=Q(siret=None),
                name="organisation_siren_without_siret",
                violation_error_message="Cette organisation est déjà connue par son SIREN.",
            ),
        ]
        indexes = [GinIndex(OpClass("folded_name", name="gin_trgm_ops"), name="organisation_folded_name")]

    def __str__(self) -> str:
        return self.name

    def capacities_on(self, day: date) -> "models.QuerySet[Capacity]":
        """Return what the organisation does on a day."""
        return self.capacities.filter(running_on(day))


@history.tracked()
class Capacity(models.Model):
    """What an organisation does in the network, from one day to another; a Département holds four."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="capacities")
    role = models.CharField("rôle", max_length=20, choices=ROLE_CHOICES)
    department = models.CharField("département", max_length=3, default="91")
    starts_on = models.DateField("depuis le")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "rôle d’une organisation"
        constraints = [
            ends_after_start("capacity"),
            ExclusionConstraint(
                name="capacity_once_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("department", RangeOperators.EQUAL),
                    (Period("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette organisation tient déjà ce rôle à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.get_role_display()}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships, with what an Actor needs."""

    def live(self, *, on: date) -> "MembershipQuerySet":
        """Return those that run on the day, in a capacity that runs too."""
        return self.filter(
            running_on(on), running_on(on, "capacity__"), revoked_at=None, user__is_active=True
        )

    def visible_to(self, actor: Actor) -> "MembershipQuerySet":
        """Return the accesses of the actor's own organisation."""
        return self.filter(capacity__organisation_id=actor.organisation_id)

    def with_actor(self) -> "MembershipQuerySet":
        """Bring what an Actor is built from, in the same query."""
        return self.select_related("user", "capacity__organisation")


@history.tracked()
class Membership(models.Model):
    """A person at work in an organisation's capacity, from one day to another."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", verbose_name="personne"
    )
    capacity = models.ForeignKey(
        Capacity, on_delete=models.PROTECT, related_name="memberships", verbose_name="rôle"
    )
    is_manager = models.BooleanField("gère les accès", default=False)
    in_place_of = models.CharField("au nom de", max_length=150, blank=True)
    """The elected member whose access an assistant holds (PRACTICE.md 1.15)."""
    starts_on = models.DateField("depuis le")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)
    revoked_at = models.DateTimeField("fermé le", null=True, blank=True)
    """A departure closes the access at once; the row stays, for the names of the story."""

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "accès"
        constraints = [
            ends_after_start("membership"),
            ExclusionConstraint(
                name="membership_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("capacity", RangeOperators.EQUAL),
                    (Period("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(revoked_at=None),
                violation_error_message="Cette personne a déjà cet accès à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.capacity}"

    def actor(self) -> Actor:
        """Return the actor that this membership is; load it `with_actor()`."""
        return Actor(
            user_id=self.user_id,
            membership_id=self.pk,
            organisation_id=self.capacity.organisation_id,
            role=Role(self.capacity.role),
            is_manager=self.is_manager,
            name=f"{self.user}, pour {self.in_place_of}" if self.in_place_of else str(self.user),
            organisation=self.capacity.organisation.name,
            department=self.capacity.department,
        )


class Territory(models.Model):
    """The area of a facilitator structure; its département is what perimeters are made of (ARCHITECTURE.md 4.8)."""

    name = models.CharField("nom", max_length=150)
    department = models.CharField("département", max_length=3, default="91")
    structure = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="territories")

    class Meta:
        verbose_name = "territoire"

    def __str__(self) -> str:
        return self.name


@history.tracked()
class TerritoryAssignment(models.Model):
    """A commune in a territory, from one day to another: the mapping has moved and will (DOMAIN.md 11.3)."""

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="assignments", verbose_name="territoire"
    )
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="assignments")
    starts_on = models.DateField("depuis le")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "rattachement d’une commune"
        constraints = [
            ends_after_start("territoryassignment"),
            ExclusionConstraint(
                name="territoryassignment_once_at_a_time",
                expressions=[
                    ("commune", RangeOperators.EQUAL),
                    (Period("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette commune est déjà rattachée à un territoire à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune} : {self.territory}"
