"""Questions about who works where."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, Value
from django.urls import reverse

from inclusiv.accounts.choices import LINK_ROLES
from inclusiv.accounts.models import (
    Capacity,
    Cover,
    Invitation,
    Membership,
    MembershipQuerySet,
    Organisation,
    TerritoryAssignment,
    User,
    running_on,
)
from inclusiv.core.actors import Actor, Role
from inclusiv.core.changes import Source, Trail
from inclusiv.core.fields import Fold
from inclusiv.core.providers import Hit, followers
from inclusiv.core.queues import Queue, Whose
from inclusiv.core.refusals import Refused
from inclusiv.records.models import SignedLink, reference


def structure_of_commune(*, insee: str, on: date) -> Organisation | None:
    """Return the facilitator structure of a commune on a day, None when no territory covers it (DOMAIN.md 11.3)."""
    assignment = (
        TerritoryAssignment.objects.filter(running_on(on), commune_id=insee)
        .select_related("territory__structure")
        .first()
    )
    return assignment.territory.structure if assignment else None


def structures_of_communes(*, insee: Collection[str], on: date) -> dict[str, Organisation]:
    """Return the facilitator structure of each of these communes on a day, in one query; those without one are absent."""
    assignments = TerritoryAssignment.objects.filter(running_on(on), commune_id__in=insee)
    return {
        assignment.commune_id: assignment.territory.structure
        for assignment in assignments.select_related("territory__structure")
    }


def pending_invitation(subject: str, *, on: date) -> Invitation | None:
    """Return the invitation named by a link, with what its page says; None when it no longer waits, or stands."""
    rows = (
        Invitation.objects.pending()
        .standing(on=on)
        .select_related("capacity__organisation", "invited_by__user", "invited_by__capacity__organisation")
    )
    return rows.filter(pk=int(subject.partition(":")[2])).first()


def organisation_of(link: SignedLink) -> Organisation:
    """Return the organisation to which a link was sent: the link itself is the key."""
    return Organisation.objects.get(pk=link.organisation_id)


COMPANY = frozenset({Role.CONTRACTOR, Role.EMPLOYER})


def actor_of_link(link: SignedLink, *, name: str, on: date, role: Role | None = None) -> Actor:
    """Return who acts on a day by a link sent to an organisation: its reader, known by the address, without an account.

    `role` is that of what the link is for; without it, the first one of the organisation. Raises Refused when it has
    ended, as its accesses have; a company declares as a contractor or as an employer.
    """
    organisation = organisation_of(link)
    running = organisation.capacities.filter(Q(ends_on=None) | Q(ends_on__gte=on))
    fitting = COMPANY if role in COMPANY else {role} if role else LINK_ROLES
    held = running.filter(role__in=fitting).order_by("pk").values_list("role", flat=True)
    if not held:
        raise Refused(
            "acts_no_more", f"{organisation} n’agit plus dans le réseau : ce lien n’ouvre plus rien."
        )
    return Actor(
        user_id=None,
        membership_id=None,
        organisation_id=organisation.pk,
        role=role or Role(held[0]),
        name=f"{name} (lien par courriel)",
        organisation=organisation.name,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody to whom an organisation's mails go."""

    name: str
    email: str


def reader_of(
    organisation: Organisation, *, role: Role, on: date, partner: int | None = None
) -> Reader | None:
    """Return whom to write to: the first contact whose address works, else who manages this role's accesses.

    `partner` is the key of the organisation about whose contract one writes: it may have told of somebody. None when
    nobody can be written to.
    """
    contact = organisation.contacts.reachable(partner=partner).first()
    if contact is not None:
        return Reader(name=contact.name, email=contact.email)
    inside = Membership.objects.live(on=on).filter(capacity__organisation=organisation, capacity__role=role)
    member = inside.select_related("user").order_by("-is_manager", "pk").first()
    return Reader(name=str(member.user), email=member.user.email) if member else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Who facilitates on a day, and who is replaced, by keys of person and organisation."""

    there: frozenset[tuple[int, int]]
    covers: Mapping[tuple[int, int], Cover]

    def of(self, person: User | None, structure: Organisation) -> tuple[User | None, Cover | None]:
        """Return whom to call of a structure: the person, or who replaces them; nobody once the person has left."""
        if person is None or (key := (person.pk, structure.pk)) not in self.there:
            return None, None
        cover = self.covers.get(key)
        return (cover.substitute if cover else person), cover


def presence(*, on: date) -> Presence:
    """Return who of the facilitators is there on a day, in two queries."""
    members = Membership.objects.live(on=on).filter(capacity__role=Role.FACILITATOR)
    there = members.values_list("user", "capacity__organisation")
    return Presence(there=frozenset(there), covers=substitutes(on=on))


def who_follows(person: User | None, structure: Organisation, *, on: date) -> tuple[str, str]:
    """Return the name and the telephone of whom to call: the person, who replaces them on the day, or the structure."""
    here, _ = presence(on=on).of(person, structure)
    return (
        (f"{here} ({structure.name})", here.phone or structure.phone)
        if here
        else (structure.name, structure.phone)
    )


def company_named(name: str, *, on: date) -> Organisation | None:
    """Return the contractor known by this very name, case and accents aside; None without one, or with several."""
    companies = Organisation.objects.acting_as(Role.CONTRACTOR, on=on)
    found = companies.filter(folded_name=Fold(Value(name.strip())))[:2]
    return found[0] if len(found) == 1 else None


def inside(organisation: Organisation, *, on: date) -> MembershipQuerySet:
    """Return the accesses to an organisation on a day."""
    return Membership.objects.live(on=on).filter(capacity__organisation=organisation)


def followed_by(organisation: Organisation) -> set[int]:
    """Return the keys of the structures that follow something of an organisation."""
    return {structure for provide in followers for structure in provide(organisation.pk)}


def holds_files(organisation: Organisation) -> bool:
    """Say whether an organisation holds people's files: it is or was of the network, or somebody prescribed for it."""
    return Organisation.objects.holding_files().filter(pk=organisation.pk).exists()


def has_account(email: str) -> bool:
    """Say whether an address already has an account."""
    return User.objects.filter(email=email).exists()


def substitutes(*, on: date) -> dict[tuple[int, int], Cover]:
    """Return who is replaced on a day, by keys of person and organisation, with their substitute, who is still there."""
    there = Membership.objects.live(on=on).filter(
        user=OuterRef("substitute"), capacity__organisation=OuterRef("organisation")
    )
    running = Cover.objects.filter(running_on(on), Exists(there)).select_related("absent", "substitute")
    return {(cover.absent_id, cover.organisation_id): cover for cover in running}


def queue_of(actor: Actor, *, whose: str, on: date) -> Queue:
    """Return the work asked for; one's own holds what nobody follows too, so that nothing is lost from sight."""
    if whose == Whose.MINE:
        return Queue(actor=actor, on=on, owners=frozenset({actor.user_id, None}), whose=Whose.MINE)
    if whose == Whose.COVERED:
        absent = frozenset[int | None](user.pk for user in covered_by(actor, on=on))
        return Queue(actor=actor, on=on, owners=absent, whose=Whose.COVERED)
    return Queue(actor=actor, on=on)


def covered_by(actor: Actor, *, on: date) -> list[User]:
    """Return the colleagues whom somebody replaces on a day."""
    running = Cover.objects.filter(
        running_on(on), substitute=actor.user_id, organisation=actor.organisation_id
    )
    return list(User.objects.filter(absences__in=running).order_by("last_name", "first_name", "pk"))


def has_colleagues(actor: Actor, *, on: date) -> bool:
    """Say whether others share the work of this role."""
    beside = Membership.objects.live(on=on).filter(
        capacity__organisation=actor.organisation_id, capacity__role=actor.role
    )
    return beside.exclude(user=actor.user_id).exists()


def find_organisations(actor: Actor, text: str) -> list[Hit]:
    """Return at most ten organisations whose name holds the text, or whose SIREN or SIRET begins with it."""
    visible = Organisation.objects.visible_to(actor).select_related("commune")
    digits = "".join(text.split())
    named = (
        visible.filter(siret__startswith=digits)
        if digits.isdecimal()
        else visible.filter(folded_name__contains=Fold(Value(text)))
    )
    return [organisation_hit(organisation) for organisation in named.order_by("folded_name", "pk")[:10]]


def load_organisations(actor: Actor, keys: Collection[int]) -> dict[int, Hit]:
    """Return organisations as the subjects of exchanges."""
    found = Organisation.objects.visible_to(actor).select_related("commune").filter(pk__in=keys)
    return {organisation.pk: organisation_hit(organisation) for organisation in found}


def organisation_hit(organisation: Organisation) -> Hit:
    """Return an organisation as found."""
    kind = organisation.get_buyer_kind_display() or organisation.get_company_kind_display()
    place = organisation.commune.name if organisation.commune else ""
    return Hit(
        kind="Organisation",
        label=organisation.name,
        detail=" · ".join(filter(None, [kind, place, organisation.phone])),
        url=reverse("accounts:organisation", args=[organisation.pk]),
        subject=reference(organisation),
    )


def names_of(memberships: Collection[int]) -> dict[int, str]:
    """Return who each membership is: « Nadia Kaci, PLIE Nord »."""
    rows = Membership.objects.filter(pk__in=memberships).with_actor()
    return {row.pk: f"{row.user}, {row.capacity.organisation.name}" for row in rows}


def of_organisation(path: str) -> Callable[[int], Q]:
    """Return the condition that a change concerns an organisation, found at this path of columns."""
    return lambda pk: Q(**{path: pk})


CHANGES_OF_ORGANISATION = Trail(
    roles=frozenset({Role.FACILITATOR, Role.COORDINATION}),
    load=load_organisations,
    sources=[
        Source(model=Organisation, of=of_organisation("pgh_obj_id"), name=lambda _: "Organisation"),
        Source(
            model=Capacity,
            of=of_organisation("organisation_id"),
            name=lambda named: f"Rôle : {named('role')}",
        ),
        Source(
            model=Membership,
            of=of_organisation("capacity__organisation_id"),
            name=lambda named: f"Accès : {named('user')}",
        ),
        Source(
            model=TerritoryAssignment,
            of=of_organisation("territory__structure_id"),
            name=lambda named: f"Rattachement : {named('commune')}",
        ),
    ],
)
"""What can be read of the changes of an organisation: its roles, its accesses, the communes of its territory."""
