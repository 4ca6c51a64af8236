"""Whose work « À faire » shows: one's own and nobody's, the team's, that of who is away (PRACTICE.md 1.13 and 3)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from beneficiaries.hours.choices import StatementStatus
from beneficiaries.hours.models import Statement
from beneficiaries.placements.actions import requests
from beneficiaries.placements.choices import Modality
from beneficiaries.placements.rules import Work
from clauses.procurement.models import Tender
from inclusiv.accounts.models import Cover, User
from inclusiv.core.actors import Role
from inclusiv.core.periods import paris_day
from inclusiv.demo.make import accounts, beneficiaries, clauses, hours
from tests.conftest import ActingClient, Cast

OWNERS = ("moi", "paul", "personne")


@dataclass(frozen=True)
class Desk:
    """A structure of two facilitators, and for each, and for nobody: a statement, a need, an eligibility, a study."""

    cast: Cast
    colleague: User
    statements: dict[str, Statement]


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """Three tenders of one structure, each with something of every kind that waits."""
    paul = accounts.member(
        cast.structure, Role.FACILITATOR, first_name="Paul", last_name="Rivet", email="paul@plie.example"
    )
    colleague = User.objects.get(memberships=paul.membership_id or 0)
    followed = {"moi": cast.facilitator.user_id, "paul": colleague.pk, "personne": None}
    statements = {
        owner: waiting_work(cast, number, facilitator=followed[owner])
        for number, owner in enumerate(OWNERS, start=1)
    }
    return Desk(cast=cast, colleague=colleague, statements=statements)


def waiting_work(cast: Cast, number: int, *, facilitator: int | None) -> Statement:
    """Make a tender under way with a statement, a need and an eligibility that wait, and another to study."""
    now = timezone.now()
    today = paris_day(now)
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    tender, study = (
        clauses.tender(
            buyer=cast.commune, structure=cast.structure, reference=f"{kind}{number}", title=f"{kind} {number}",
            starts_on=month - timedelta(days=60), ends_on=today + timedelta(days=300),
        )
        for kind in ("École", "Étude")
    )  # fmt: skip
    award = clauses.award(clauses.lot(tender), (cast.builder, Decimal(1)))
    clauses.notify(tender, notified_on=month - timedelta(days=70))
    Tender.objects.filter(pk=tender.pk).update(facilitator=facilitator)
    Tender.objects.filter(pk=study.pk).update(facilitator=facilitator, status="SIZING")
    check = beneficiaries.validated_check(
        beneficiaries.dossier(cast.structure, first_name="Anna", last_name=f"Suivie{number}"),
        reference_date=month,
    )
    placement = beneficiaries.placement(award, check, employer=cast.builder)
    requests.open_search(
        award=award,
        company=cast.builder,
        work=Work(
            post=f"Maçon {number}", modality=Modality.DIRECT_HIRE_CDD, starts_on=today + timedelta(days=20)
        ),
        by=clauses.acting_for(cast.builder, Role.CONTRACTOR),
        at=now,
    )
    return hours.statement(award, cast.builder, month, hours={placement: Decimal(100 + number)})


def page(desk: Desk, browser: ActingClient, query: str = "") -> str:
    """Return « À faire » as the first facilitator reads it."""
    return browser.acting(desk.cast.facilitator).get(f"/{query}").content.decode()


def shown(body: str) -> set[str]:
    """Return whose rows a page shows."""
    return {owner for number, owner in enumerate(OWNERS, start=1) if f"École {number}" in body}


def away(desk: Desk, *, days: int = 5) -> None:
    """Have the colleague replaced from yesterday on."""
    today = paris_day(timezone.now())
    Cover.objects.create(
        absent=desk.colleague, substitute_id=desk.cast.facilitator.user_id or 0, organisation=desk.cast.structure,
        starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=days),
    )  # fmt: skip


def test_one_s_own_work_comes_first_with_what_nobody_follows(desk: Desk, browser: ActingClient) -> None:
    assert shown(page(desk, browser)) == {"moi", "personne"}
    assert shown(page(desk, browser, "?qui=moi")) == {"moi", "personne"}


def test_the_team_sees_everything(desk: Desk, browser: ActingClient) -> None:
    assert shown(page(desk, browser, "?qui=equipe")) == set(OWNERS)


def test_who_replaces_sees_the_work_of_who_is_away_and_nothing_else(
    desk: Desk, browser: ActingClient
) -> None:
    assert "Remplacement" not in page(desk, browser)
    assert shown(page(desk, browser, "?qui=remplacement")) == {"moi", "personne"}
    away(desk)
    body = page(desk, browser, "?qui=remplacement")
    assert "Remplacement de Paul Rivet" in body
    assert shown(body) == {"paul"}


def test_a_replacement_that_is_over_gives_nothing_more(desk: Desk, browser: ActingClient) -> None:
    away(desk, days=-1)
    assert "Remplacement" not in page(desk, browser)


@pytest.mark.parametrize("asked", ["?qui=tous", "?qui=", "?quoi=99", "?quoi=moi"])
def test_what_does_not_exist_is_one_s_own_work(desk: Desk, browser: ActingClient, asked: str) -> None:
    assert shown(page(desk, browser, asked)) == {"moi", "personne"}


def test_who_works_alone_has_nothing_to_choose(cast: Cast, browser: ActingClient) -> None:
    waiting_work(cast, 2, facilitator=None)
    body = browser.acting(cast.facilitator).get("/").content.decode()
    assert "À qui sont ces actions" not in body
    assert "École 2" in body


def test_a_counter_of_one_s_own_leads_to_its_rows(desk: Desk, browser: ActingClient) -> None:
    body = page(desk, browser)
    assert 'href="?qui=moi&amp;quoi=2"' in body
    narrowed = page(desk, browser, "?qui=moi&quoi=2")
    assert narrowed.count("Proposer des candidats") > 0
    assert "Étudier la clause" not in narrowed
    assert 'href="?qui=moi"' in narrowed
    team = page(desk, browser, "?qui=equipe")
    assert f'href="{reverse("placements:requests")}?etat=SANS"' in team


def test_the_clean_statements_of_a_row_are_those_that_its_button_validates(
    desk: Desk, browser: ActingClient
) -> None:
    body = page(desk, browser)
    assert "Valider 2\xa0relevés sans anomalie" in body
    address = f"{reverse('hours:validate-clean')}?qui=moi"
    assert f'href="{address}"' in body
    question = browser.get(address).content.decode()
    assert f'action="{address}"' in question
    browser.post(address, {"lu": re.findall(r'name="lu" value="([^"]+)"', question)})
    states = {owner: Statement.objects.get(pk=one.pk).status for owner, one in desk.statements.items()}
    assert states == {
        "moi": StatementStatus.VALIDATED,
        "paul": StatementStatus.SUBMITTED,
        "personne": StatementStatus.VALIDATED,
    }


def test_an_eligibility_without_a_tender_is_everybody_s(desk: Desk, browser: ActingClient) -> None:
    followed = beneficiaries.dossier(desk.cast.structure, first_name="Lina", last_name="Libre")
    beneficiaries.submitted_check(followed, reference_date=date(2026, 1, 5))
    assert "Valider l’éligibilité" in page(desk, browser, "?qui=moi")
    away(desk)
    assert "Valider l’éligibilité" not in page(desk, browser, "?qui=remplacement")
