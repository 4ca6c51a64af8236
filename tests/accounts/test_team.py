"""Who has an access, who loses it at once, who manages, who replaces whom, who asks to come in."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inclusiv.accounts.actions import joining, memberships
from inclusiv.accounts.choices import JOINABLE_ROLES
from inclusiv.accounts.models import (
    Capacity,
    Cover,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    User,
)
from inclusiv.accounts.rules.entering import obstacle
from inclusiv.accounts.selectors import substitutes
from inclusiv.accounts.tasks import sweep_join_requests
from inclusiv.accounts.views import join_requests
from inclusiv.core.actors import Actor, Role
from inclusiv.core.listing import SIZES
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts
from inclusiv.records.models import AuditEvent, OutgoingEmail
from tests.accounts.conftest import membership_of
from tests.conftest import ActingClient, Cast


@pytest.fixture(autouse=True)
def _today(at: datetime) -> Any:
    with time_machine.travel(at, tick=False):
        yield


def test_departure_closes_every_door_at_once(
    cast: Cast, manager: Actor, browser: ActingClient, at: datetime
) -> None:
    leaver = ActingClient().acting(cast.contractor)
    assert leaver.get(reverse("followup:my-lots")).status_code == 200
    url = reverse("accounts:close", args=[cast.contractor.membership_id])
    page = browser.acting(manager).get(url)
    assert "Fermer l’accès de Roland Bâti-Sud" in page.text
    browser.post(url)
    assert leaver.get(reverse("followup:my-lots")).headers["Location"].startswith(reverse("account_login"))
    assert leaver.acting(cast.contractor).get(reverse("followup:my-lots")).status_code == 403
    closed = membership_of(cast.contractor)
    assert (closed.revoked_at, closed.ends_on) == (at, at.date())
    assert AuditEvent.objects.get(code="access.closed").data["who"] == "Roland Bâti-Sud"


def test_access_closed_may_be_opened_again_the_same_day(cast: Cast, manager: Actor, at: datetime) -> None:
    closed = memberships.close(membership=membership_of(cast.contractor), by=manager, at=at)
    Membership.objects.create(user=closed.user, capacity=closed.capacity, starts_on=at.date())


def test_only_a_manager_closes_for_others_and_anybody_for_oneself(
    cast: Cast, manager: Actor, at: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        memberships.close(membership=membership_of(manager), by=cast.contractor, at=at)
    assert refused.value.code == "not_permitted"
    assert memberships.close(membership=membership_of(cast.contractor), by=cast.contractor, at=at)


def test_access_of_another_organisation_is_out_of_reach(
    cast: Cast, manager: Actor, browser: ActingClient, at: datetime
) -> None:
    target = cast.other_contractor.membership_id
    browser.acting(manager)
    assert browser.get(reverse("accounts:close", args=[target])).status_code == 404
    assert browser.post(reverse("accounts:manager", args=[target]), {"gere": "1"}).status_code == 404
    with pytest.raises(Refused, match="déjà fermé"):
        memberships.close(membership=membership_of(cast.other_contractor), by=manager, at=at)


def test_last_manager_stays_while_colleagues_remain(cast: Cast, manager: Actor, at: datetime) -> None:
    with pytest.raises(Refused, match="seul·e à gérer les accès"):
        memberships.close(membership=membership_of(manager), by=manager, at=at)
    with pytest.raises(Refused, match="seul·e à gérer les accès"):
        memberships.set_manager(membership=membership_of(manager), is_manager=False, by=manager, at=at)
    memberships.set_manager(membership=membership_of(cast.contractor), is_manager=True, by=manager, at=at)
    assert memberships.close(membership=membership_of(manager), by=manager, at=at).revoked_at == at


def test_manager_confides_the_management_on_screen(cast: Cast, manager: Actor, browser: ActingClient) -> None:
    url = reverse("accounts:manager", args=[cast.contractor.membership_id])
    browser.acting(manager).post(url, {"gere": "1"})
    assert membership_of(cast.contractor).is_manager
    browser.acting(cast.other_contractor).post(url, {"gere": "0"})
    assert membership_of(cast.contractor).is_manager


def test_team_page_shows_colleagues_only(cast: Cast, manager: Actor, browser: ActingClient) -> None:
    page = browser.acting(cast.contractor).get(reverse("accounts:team")).text
    assert "maud@bati-sud.example" in page
    assert "irma@example.org" not in page
    assert "Fermer l’accès" not in page
    assert "Fermer l’accès" in browser.acting(manager).get(reverse("accounts:team")).text


def waiting_requests(cast: Cast, at: datetime, count: int, *, since: int = 0) -> list[JoinRequest]:
    """Make requests of one instant for the company of the cast, by « Personne N » of « N@exemple.fr »."""
    return JoinRequest.objects.bulk_create(
        JoinRequest(
            email=f"{rank}@exemple.fr",
            name=f"Personne {rank}",
            organisation=cast.builder,
            told_siret=cast.builder.siret or "",
            told_name="BATI-SUD",
            role=Role.CONTRACTOR,
            asked_at=at,
        )
        for rank in range(since, since + count)
    )


def test_team_page_costs_the_same_for_many_requests(cast: Cast, browser: ActingClient, at: datetime) -> None:
    browser.acting(cast.facilitator).get(reverse("accounts:team"))
    costs = []
    for since, count in ((0, 1), (1, 199)):
        waiting_requests(cast, at, count, since=since)
        with CaptureQueriesContext(connection) as counted:
            browser.get(reverse("accounts:team"))
        costs.append(len(counted))
    assert costs[0] == costs[1]


def test_team_page_costs_the_same_for_many(cast: Cast, manager: Actor, browser: ActingClient) -> None:
    browser.acting(manager).get(reverse("accounts:team"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            browser.get(reverse("accounts:team"))
        return len(counted)

    before = queries()
    for rank in range(20):
        accounts.member(
            cast.builder,
            Role.CONTRACTOR,
            first_name="Paul",
            last_name=str(rank),
            email=f"p{rank}@example.org",
        )
    assert queries() == before


def test_switching_makes_forms_of_the_other_tab_useless(cast: Cast, at: datetime) -> None:
    """Two tabs with two roles: what was drawn for the first is not received as the second."""
    browser = ActingClient(enforce_csrf_checks=True)
    browser.acting(cast.buyer)
    second = accounts.member(
        cast.builder, Role.CONTRACTOR, first_name="Claire", last_name="x", email="claire@example.org"
    )
    browser.get(reverse("accounts:join"))
    drawn = browser.cookies["csrftoken"].value
    browser.post(reverse("accounts:switch", args=[second.membership_id]), {"csrfmiddlewaretoken": drawn})
    assert browser.session["membership"] == second.membership_id
    late = browser.post(
        reverse("accounts:switch", args=[cast.buyer.membership_id]), {"csrfmiddlewaretoken": drawn}
    )
    assert late.status_code == 403
    assert "l’autre rôle" in late.text
    assert browser.session["membership"] == second.membership_id


class TestRemplacement:
    @pytest.fixture
    def colleague(self, cast: Cast) -> User:
        accounts.member(
            cast.structure,
            Role.FACILITATOR,
            first_name="Inès",
            last_name="Morel",
            email="ines@plie.example",
        )
        return User.objects.get(email="ines@plie.example")

    def form(self, cast: Cast, colleague: User, **changes: str) -> dict[str, str]:
        usual = {
            "submission": str(uuid4()),
            "absent": str(cast.facilitator.user_id),
            "substitute": str(colleague.pk),
            "starts_on": "2025-10-20",
            "ends_on": "2025-10-31",
        }
        return usual | changes

    @pytest.mark.parametrize(
        ("day", "is_replaced"),
        [("2025-10-19", False), ("2025-10-20", True), ("2025-10-31", True), ("2025-11-01", False)],
    )
    def test_colleague_answers_between_two_days(
        self, cast: Cast, colleague: User, browser: ActingClient, day: str, is_replaced: bool
    ) -> None:
        browser.acting(cast.facilitator).post(reverse("accounts:cover"), self.form(cast, colleague))
        found = substitutes(on=date.fromisoformat(day))
        assert [(key, cover.substitute) for key, cover in found.items()] == (
            [((cast.facilitator.user_id, cast.structure.pk), colleague)] if is_replaced else []
        )

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"ends_on": "2025-10-19"}, "La fin ne peut pas précéder le début."),
            ({"starts_on": "2025-10-01", "ends_on": "2025-10-13"}, "13/10/2025 est passé"),
            ({"starts_on": "2025-02-30"}, "n’existe pas"),
        ],
    )
    def test_impossible_dates_are_named(
        self, cast: Cast, colleague: User, browser: ActingClient, changes: dict[str, str], said: str
    ) -> None:
        page = browser.acting(cast.facilitator).post(
            reverse("accounts:cover"), self.form(cast, colleague, **changes)
        )
        assert page.status_code == 422
        assert said in page.text
        assert not Cover.objects.exists()

    def test_nobody_replaces_oneself_nor_twice(
        self, cast: Cast, colleague: User, browser: ActingClient
    ) -> None:
        browser.acting(cast.facilitator)
        alone = self.form(cast, colleague, substitute=str(cast.facilitator.user_id))
        assert "soi-même" in browser.post(reverse("accounts:cover"), alone).text
        browser.post(reverse("accounts:cover"), self.form(cast, colleague))
        page = browser.post(reverse("accounts:cover"), self.form(cast, colleague, starts_on="2025-10-25"))
        assert "déjà remplacée à ces dates" in page.text
        assert Cover.objects.count() == 1

    def test_stranger_is_not_offered(self, cast: Cast, colleague: User, browser: ActingClient) -> None:
        page = browser.acting(cast.facilitator).post(
            reverse("accounts:cover"),
            self.form(cast, colleague, substitute=str(cast.other_facilitator.user_id)),
        )
        assert page.status_code == 422
        assert "Paul PLIE Sud" not in browser.get(reverse("accounts:cover")).text

    def test_replacement_is_taken_back_by_its_structure_only(
        self, cast: Cast, colleague: User, browser: ActingClient
    ) -> None:
        browser.acting(cast.facilitator).post(reverse("accounts:cover"), self.form(cast, colleague))
        url = reverse("accounts:remove-cover", args=[Cover.objects.get().pk])
        assert browser.acting(cast.other_facilitator).post(url).status_code == 404
        browser.acting(cast.facilitator).post(url)
        assert not Cover.objects.exists()


class TestDemanderUnAcces:
    def asked(self, **changes: str) -> dict[str, str]:
        usual = {
            "submission": str(uuid4()),
            "name": "Jeanne Roy",
            "email": "jeanne@exemple.fr",
            "role": Role.CONTRACTOR,
            "siret": accounts.siret(5),
            "organisation": "Bâti-Sud",
        }
        return usual | changes

    def test_answer_is_the_same_whatever_is_known(self, cast: Cast, browser: ActingClient) -> None:
        url = reverse("accounts:join")
        known = browser.post(url, self.asked()).text
        again = browser.post(url, self.asked()).text
        member = browser.post(url, self.asked(email="roland@example.org")).text
        unknown = browser.post(url, self.asked(siret=accounts.siret(888))).text
        assert known == again == member == unknown
        assert JoinRequest.objects.count() == 3
        assert not OutgoingEmail.objects.exists()

    def test_manager_answers_by_an_invitation(
        self, cast: Cast, manager: Actor, browser: ActingClient
    ) -> None:
        browser.post(reverse("accounts:join"), self.asked())
        asked = JoinRequest.objects.get()
        page = browser.acting(manager).get(reverse("accounts:team"))
        assert "On attend de vous (1)" in page.text
        browser.post(reverse("accounts:join-accept", args=[asked.pk]))
        assert Invitation.objects.get().email == "jeanne@exemple.fr"
        again = browser.post(reverse("accounts:join-accept", args=[asked.pk]), follow=True)
        assert "a déjà reçu une réponse" in again.text
        assert Invitation.objects.count() == 1

    def test_who_manages_nothing_answers_nothing(self, cast: Cast, browser: ActingClient) -> None:
        browser.post(reverse("accounts:join"), self.asked())
        asked = JoinRequest.objects.get()
        for actor in (cast.contractor, cast.other_contractor):
            browser.acting(actor)
            assert "jeanne@exemple.fr" not in browser.get(reverse("accounts:team")).text
            for answer in ("accounts:join-accept", "accounts:join-refuse"):
                assert browser.post(reverse(answer, args=[asked.pk])).status_code == 404
        asked.refresh_from_db()
        assert asked.answered_at is None
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize("is_manager", [False, True])
    def test_who_reads_a_request_is_who_may_accept_it(
        self, cast: Cast, at: datetime, is_manager: bool
    ) -> None:
        known = Organisation.objects.filter(capacities__isnull=False).distinct()
        asked = [
            JoinRequest(
                email=f"{rank}@exemple.fr",
                name="Z",
                organisation=organisation,
                told_siret=getattr(organisation, "siret", None) or accounts.siret(888),
                told_name="Z",
                role=role,
                asked_at=at,
            )
            for rank, (organisation, role) in enumerate(product((*known, None), JOINABLE_ROLES))
        ]
        JoinRequest.objects.bulk_create(asked)
        for actor in cast.everyone().values():
            by = replace(actor, is_manager=is_manager)
            doors = {one: joining.door_of(one, by=by, at=at) for one in asked}
            opened = {
                one
                for one, door in doors.items()
                if not obstacle(door, inviter=by.role, is_manager=is_manager)
            }
            assert set(JoinRequest.objects.visible_to(by)) == opened, by
            for one in doors.keys() - opened:
                with pytest.raises(Refused):
                    joining.refuse(request=one, by=by, at=at)

    def test_who_managed_what_the_organisation_does_no_more_sets_nothing_aside(
        self, cast: Cast, manager: Actor, browser: ActingClient, at: datetime
    ) -> None:
        Capacity.objects.create(
            organisation_id=manager.organisation_id,
            role=Role.EMPLOYER,
            starts_on=at.date() - timedelta(days=9),
            ends_on=at.date() - timedelta(days=1),
        )
        browser.post(reverse("accounts:join"), self.asked(role=Role.EMPLOYER))
        with pytest.raises(Refused) as refused:
            joining.refuse(request=JoinRequest.objects.get(), by=manager, at=at)
        assert refused.value.code == "not_permitted"

    def test_network_answers_for_an_unknown_organisation(self, cast: Cast, browser: ActingClient) -> None:
        browser.post(
            reverse("accounts:join"), self.asked(siret=accounts.siret(888), organisation="Toits du Val")
        )
        asked = JoinRequest.objects.get()
        browser.acting(cast.facilitator).post(reverse("accounts:join-accept", args=[asked.pk]))
        assert Invitation.objects.get().capacity.organisation.name == "Toits du Val"

    def test_refusal_sets_aside(self, cast: Cast, browser: ActingClient, at: datetime) -> None:
        browser.post(reverse("accounts:join"), self.asked())
        asked = JoinRequest.objects.get()
        browser.acting(cast.facilitator).post(reverse("accounts:join-refuse", args=[asked.pk]))
        asked.refresh_from_db()
        assert (asked.answered_at, asked.is_accepted) == (at, False)
        assert not Invitation.objects.exists()
        browser.post(reverse("accounts:join"), self.asked())
        assert JoinRequest.objects.waiting().count() == 1

    def test_several_are_refused_at_once(self, cast: Cast, browser: ActingClient, at: datetime) -> None:
        asked = waiting_requests(cast, at, 8)
        url = reverse("accounts:join-refuse-chosen")
        browser.acting(cast.facilitator)
        assert "Cochez au moins une demande" in browser.post(url, {"demande": ["x", ""]}, follow=True).text
        joining.refuse(request=asked[0], by=cast.facilitator, at=at)
        form = {"demande": [str(one.pk) for one in asked[:3]]}
        page = browser.post(url, form, follow=True).text
        assert "2\xa0demandes d’accès sont refusées." in page
        assert "Cette demande a déjà reçu une réponse." in page
        assert set(JoinRequest.objects.waiting()) == set(asked[3:])
        assert AuditEvent.objects.filter(code="access.join_refused").count() == 3

    def test_several_are_refused_by_who_may_accept_them(
        self, cast: Cast, browser: ActingClient, at: datetime
    ) -> None:
        asked = waiting_requests(cast, at, 3)
        form = {"demande": [str(one.pk) for one in asked]}
        browser.acting(cast.other_contractor).post(reverse("accounts:join-refuse-chosen"), form)
        assert JoinRequest.objects.waiting().count() == 3

    def test_a_few_come_first_and_many_stand_after_the_people(
        self, cast: Cast, browser: ActingClient, at: datetime
    ) -> None:
        browser.acting(cast.facilitator)
        waiting_requests(cast, at, join_requests.FEW)
        few = browser.get(reverse("accounts:team")).text
        assert few.index("4@exemple.fr") < few.index("Personnes qui ont un accès")
        assert "Refuser la sélection" not in few
        waiting_requests(cast, at, 40, since=100)
        many = browser.get(reverse("accounts:team")).text
        assert f"On attend de vous ({join_requests.FEW + 40})" in many
        assert many.index("Personnes qui ont un accès") < many.index("100@exemple.fr")
        assert many.count('type="checkbox"') == SIZES[0]
        assert "139@exemple.fr" in browser.get(reverse("accounts:team"), {"page": "2"}).text
        for words in ("Personne 139", "139@exemple", "bati-sud"):
            found = browser.get(reverse("accounts:team"), {"q": words, "par": "100"}).text
            assert "139@exemple.fr" in found, words
        assert "100@exemple.fr" not in browser.get(reverse("accounts:team"), {"q": "personne 139"}).text

    def test_a_request_that_nobody_answers_is_deleted(self, cast: Cast, at: datetime) -> None:
        old, kept, answered = waiting_requests(cast, at - joining.WAITED, 3)
        joining.refuse(request=answered, by=cast.facilitator, at=at)
        JoinRequest.objects.filter(pk=old.pk).update(asked_at=at - joining.WAITED - timedelta(seconds=1))
        sweep_join_requests()
        assert set(JoinRequest.objects.all()) == {kept, answered}
        asked_again = self.asked(email=old.email)
        ActingClient().post(reverse("accounts:join"), asked_again)
        assert JoinRequest.objects.filter(email=old.email).count() == 1

    @pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COORDINATION, Role.SIGNATORY])
    def test_doors_of_the_network_are_not_asked_for(self, browser: ActingClient, db: None, role: str) -> None:
        page = browser.post(reverse("accounts:join"), self.asked(role=role))
        assert page.status_code == 422
        assert not JoinRequest.objects.exists()


def test_membership_to_come_opens_nothing_yet(cast: Cast, at: datetime) -> None:
    later = membership_of(cast.contractor)
    later.starts_on = at.date() + timedelta(days=1)
    later.save()
    assert not Membership.objects.live(on=at.date()).filter(pk=later.pk).exists()
