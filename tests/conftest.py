"""What every test starts from: the shipped reference lists, a cast of characters, a strict client."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client

from inclusiv.accounts.choices import BuyerKind, CompanyKind
from inclusiv.accounts.models import Membership, Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import PARIS
from inclusiv.demo.make import accounts
from inclusiv.reference.models import Commune


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Load the reference lists once, outside every test's transaction."""
    with django_db_blocker.unblock():
        call_command("load_reference", stdout=StringIO())
    yield
    # A server thread, a killed worker or a browser's event loop may have left a session open: it would keep the
    # test database from being dropped.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def reference(transactional_db: None) -> None:
    """Give a transactional test the reference lists that the test before it flushed."""
    if not Commune.objects.exists():
        call_command("load_reference", stdout=StringIO())


@dataclass(frozen=True)
class Cast:
    """The characters of the tests: two structures, two buyers, two companies, an ETTI and the network's lead."""

    structure: Organisation
    other_structure: Organisation
    commune: Organisation
    other_commune: Organisation
    builder: Organisation
    painter: Organisation
    etti: Organisation
    departement: Organisation
    facilitator: Actor
    other_facilitator: Actor
    buyer: Actor
    other_buyer: Actor
    contractor: Actor
    other_contractor: Actor
    employer: Actor
    prescriber: Actor
    coordinator: Actor
    signatory: Actor

    def everyone(self) -> dict[str, Actor]:
        """Return the actors by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, Actor)}


def make_cast() -> Cast:
    """Make the characters in the current transaction."""
    structure = accounts.organisation(
        name="PLIE Nord", number=1, roles=(Role.FACILITATOR,), phone="01 69 00 00 01"
    )
    other_structure = accounts.organisation(name="PLIE Sud", number=2, roles=(Role.FACILITATOR,))
    commune = accounts.organisation(
        name="Commune de Valmont", number=3, roles=(Role.BUYER, Role.SIGNATORY), buyer_kind=BuyerKind.COMMUNE
    )
    other_commune = accounts.organisation(
        name="Commune de Clairval", number=4, roles=(Role.BUYER,), buyer_kind=BuyerKind.COMMUNE
    )
    builder = accounts.organisation(
        name="Bâti-Sud", number=5, roles=(Role.CONTRACTOR,), company_kind=CompanyKind.ORDINARY
    )
    painter = accounts.organisation(
        name="Couleurs du Val", number=6, roles=(Role.CONTRACTOR,), company_kind=CompanyKind.ORDINARY
    )
    etti = accounts.organisation(
        name="Tremplin 91", number=7, roles=(Role.EMPLOYER,), company_kind=CompanyKind.ETTI
    )
    departement = accounts.organisation(
        name="Département",
        number=8,
        roles=(Role.COORDINATION, Role.PRESCRIBER),
        buyer_kind=BuyerKind.DEPARTMENT,
    )

    def act(organisation: Organisation, role: Role, name: str) -> Actor:
        return accounts.member(
            organisation,
            role,
            first_name=name,
            last_name=organisation.name,
            email=f"{name.lower()}@example.org",
        )

    return Cast(
        structure=structure,
        other_structure=other_structure,
        commune=commune,
        other_commune=other_commune,
        builder=builder,
        painter=painter,
        etti=etti,
        departement=departement,
        facilitator=act(structure, Role.FACILITATOR, "Nadia"),
        other_facilitator=act(other_structure, Role.FACILITATOR, "Paul"),
        buyer=act(commune, Role.BUYER, "Claire"),
        other_buyer=act(other_commune, Role.BUYER, "Denis"),
        contractor=act(builder, Role.CONTRACTOR, "Roland"),
        other_contractor=act(painter, Role.CONTRACTOR, "Irma"),
        employer=act(etti, Role.EMPLOYER, "Sonia"),
        prescriber=act(departement, Role.PRESCRIBER, "Luc"),
        coordinator=act(departement, Role.COORDINATION, "Odile"),
        signatory=act(commune, Role.SIGNATORY, "Marc"),
    )


@pytest.fixture
def cast(db: None) -> Cast:
    """The characters, in the test's own transaction."""
    return make_cast()


@pytest.fixture
def at() -> datetime:
    """An instant of the tests: Tuesday 14 October 2025, 10:00 in Paris."""
    return datetime(2025, 10, 14, 10, tzinfo=PARIS)


class ActingClient(Client):
    """A browser without scripts in which a membership is signed in."""

    def acting(self, actor: Actor) -> "ActingClient":
        """Sign in as this actor."""
        assert actor.membership_id is not None
        membership = Membership.objects.select_related("user").get(pk=actor.membership_id)
        self.force_login(membership.user)
        session = self.session
        session["membership"] = membership.pk
        session["seen_at"] = time.time()
        session.save()
        return self

    def confirmed(self, *, ago: timedelta = timedelta()) -> "ActingClient":
        """Have the signed-in person prove who they are, this long ago, as their password or a code would."""
        session = self.session
        proof = {"method": "password", "at": time.time() - ago.total_seconds(), "reauthenticated": True}
        session["account_authentication_methods"] = [proof]
        session["account_authentication_methods_user"] = session["_auth_user_id"]
        session.save()
        return self


@pytest.fixture(autouse=True)
def no_attempt_yet() -> None:
    """Forget the attempts to sign in that another test has counted."""
    cache.clear()


@pytest.fixture
def browser() -> ActingClient:
    """Return a client with nobody signed in."""
    return ActingClient()


@pytest.fixture
def as_owner() -> Iterator[None]:
    """Act behind the append-only triggers, as only the database's owner can."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture
def storage(settings: Any, tmp_path: Path) -> Path:
    """Store files in the test's own folder, and return that folder: a worker is given it too."""
    location = {"location": str(tmp_path / "files")}
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": location}
    }
    return tmp_path
