"""Register and change people: duplicates, secrecy between structures, numbers that nobody may type."""

import threading
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.people.actions import people
from beneficiaries.people.actions.people import Profile
from beneficiaries.people.choices import Mobility, Sex
from beneficiaries.people.models import Dossier, Person, PersonIdentity
from beneficiaries.people.selectors import duplicates
from inclusiv.core.refusals import Refused
from inclusiv.records.models import AuditEvent
from tests.conftest import Cast, make_cast

AMINA = Profile(
    first_name="Amina",
    last_name="Diallo-Lefèvre",
    birth_date=date(1979, 5, 14),
    sex=Sex.F,
    commune="91228",
    phone="+33612345678",
    trades=("F1703", "F1606"),
)


def test_registered_person_is_followed_by_the_structure_from_today(cast: Cast, at: datetime) -> None:
    dossier = people.register(profile=AMINA, by=cast.facilitator, at=at)
    assert (dossier.structure, dossier.department) == (cast.structure, "91")
    assert dossier.starts_on == date(2025, 10, 14)
    assert str(dossier.person.identity) == "Amina Diallo-Lefèvre"
    assert sorted(dossier.trades.values_list("pk", flat=True)) == ["F1606", "F1703"]


def test_story_of_a_person_never_says_the_name(cast: Cast, at: datetime) -> None:
    people.register(profile=AMINA, by=cast.facilitator, at=at)
    event = AuditEvent.objects.get()
    assert event.code == "person.registered"
    assert event.data == {}
    assert {subject.split(":")[0] for subject in event.subjects} == {"person", "dossier"}


def test_contact_details_lie_encrypted(cast: Cast, at: datetime) -> None:
    dossier = people.register(profile=AMINA, by=cast.facilitator, at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM people_personidentity WHERE person_id = %s", [dossier.person_id])
        assert "612345678" not in cursor.fetchone()[0]
    assert PersonIdentity.objects.get().phone == "+33612345678"


@pytest.mark.parametrize(
    ("first_name", "last_name"),
    [
        ("AMINA", "DIALLO-LEFEVRE"),
        ("Diallo-Lefèvre", "Amina"),
        ("Amina", "Diallo Lefevre"),
        ("Aminata", "Diallo-Lefèvre"),
    ],
)
def test_person_who_looks_alike_is_shown_before_anything_is_written(
    cast: Cast, at: datetime, first_name: str, last_name: str
) -> None:
    people.register(profile=AMINA, by=cast.facilitator, at=at)
    again = replace(AMINA, first_name=first_name, last_name=last_name)
    with pytest.raises(Refused) as refusal:
        people.register(profile=again, by=cast.facilitator, at=at)
    assert refusal.value.code == "possible_duplicate"
    assert Person.objects.count() == 1
    people.register(profile=again, confirmed=True, by=cast.facilitator, at=at)
    assert Person.objects.count() == 2


@pytest.mark.parametrize(
    "other",
    [
        replace(AMINA, birth_date=date(1979, 5, 15)),
        replace(AMINA, first_name="Bruno", last_name="Petit"),
    ],
)
def test_somebody_else_is_registered_at_once(cast: Cast, at: datetime, other: Profile) -> None:
    people.register(profile=AMINA, by=cast.facilitator, at=at)
    people.register(profile=other, by=cast.facilitator, at=at)
    assert Person.objects.count() == 2


def test_person_of_another_structure_is_told_by_the_name_of_the_structure_only(
    cast: Cast, at: datetime
) -> None:
    made = people.register(profile=AMINA, by=cast.facilitator, at=at)
    found = duplicates.look_alikes(
        first_name="amina",
        last_name="diallo-lefevre",
        birth_date=AMINA.birth_date,
        structure_id=cast.other_structure.pk,
    )
    assert found == [duplicates.LookAlike(made.person_id, "PLIE Nord", None)]


def test_of_two_people_whose_names_are_each_other_s_swapped_the_one_written_so_is_known(
    cast: Cast, at: datetime
) -> None:
    """Twice confirmed as two people: a company that names one of them means that one."""
    swapped = replace(AMINA, first_name=AMINA.last_name, last_name=AMINA.first_name)
    for profile in (AMINA, swapped):
        made = people.register(profile=profile, confirmed=True, by=cast.facilitator, at=at)
        found = duplicates.known_in(
            made.structure_id,
            first_name=profile.first_name,
            last_name=profile.last_name,
            birth_date=profile.birth_date,
        )
        assert found == made.person


REFUSALS = {
    "nir in a name": (replace(AMINA, last_name="Diallo 2 79 05 91 228 005 12"), "nir", "last_name"),
    "nir in an address": (replace(AMINA, email="2790591228005@example.org"), "nir", "email"),
    "birth to come": (replace(AMINA, birth_date=date(2026, 1, 1)), "birth_date", "birth_date"),
    "a hundred years old": (replace(AMINA, birth_date=date(1925, 10, 14)), "birth_date", "birth_date"),
    "no name": (replace(AMINA, first_name="  "), "name_missing", "first_name"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_profile_is_refused_on_its_field(cast: Cast, at: datetime, what: str) -> None:
    profile, code, field = REFUSALS[what]
    with pytest.raises(Refused) as refusal:
        people.register(profile=profile, by=cast.facilitator, at=at)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not Person.objects.exists()


@pytest.mark.parametrize("who", ["buyer", "contractor", "employer", "coordinator", "signatory"])
def test_roles_that_follow_nobody_register_nobody(cast: Cast, at: datetime, who: str) -> None:
    with pytest.raises(Refused, match="rôle"):
        people.register(profile=AMINA, by=cast.everyone()[who], at=at)


def test_change_replaces_what_is_told(cast: Cast, at: datetime) -> None:
    dossier = people.register(profile=AMINA, by=cast.facilitator, at=at)
    changed = replace(AMINA, last_name="Martin", mobility=Mobility.CAR, trades=("K2204",))
    people.change(dossier=dossier, version=1, profile=changed, by=cast.facilitator, at=at)
    dossier = Dossier.objects.get()
    assert (dossier.version, dossier.mobility) == (2, Mobility.CAR)
    assert dossier.person.identity.folded_name == "martin amina"
    assert list(dossier.trades.values_list("pk", flat=True)) == ["K2204"]


def test_change_prepared_on_an_older_state_is_refused(cast: Cast, at: datetime) -> None:
    dossier = people.register(profile=AMINA, by=cast.facilitator, at=at)
    people.change(
        dossier=dossier, version=1, profile=replace(AMINA, last_name="Martin"), by=cast.facilitator, at=at
    )
    with pytest.raises(Refused) as refusal:
        people.change(dossier=dossier, version=1, profile=AMINA, by=cast.facilitator, at=at)
    assert refusal.value.code == "stale_version"
    assert PersonIdentity.objects.get().last_name == "Martin"


def test_other_structure_changes_nothing(cast: Cast, at: datetime) -> None:
    dossier = people.register(profile=AMINA, by=cast.facilitator, at=at)
    with pytest.raises(Refused) as refusal:
        people.change(dossier=dossier, version=1, profile=AMINA, by=cast.other_facilitator, at=at)
    assert refusal.value.code == "not_visible"


def test_identity_is_seen_by_its_structure_alone(cast: Cast, at: datetime) -> None:
    people.register(profile=AMINA, by=cast.facilitator, at=at)
    readers = {
        name for name, actor in cast.everyone().items() if PersonIdentity.objects.visible_to(actor).exists()
    }
    assert readers == {"facilitator"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("reference")
def test_two_people_registering_the_same_person_at_once_make_one(at: datetime) -> None:
    cast = make_cast()
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def register() -> None:
        ready.wait()
        try:
            people.register(profile=AMINA, by=cast.facilitator, at=at)
            outcomes.append("registered")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=register) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["possible_duplicate", "registered"]


@given(st.text(alphabet="abcé'- ", min_size=1, max_size=30))
def test_name_is_kept_as_typed(name: str) -> None:
    identity = PersonIdentity()
    people.name(identity, replace(AMINA, last_name=name))
    assert identity.last_name == name.strip()
