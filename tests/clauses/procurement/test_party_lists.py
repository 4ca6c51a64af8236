"""The lists of operations, of buying groups and of purchase plans: search, filters, order, files, as many queries for 1 row as for 200."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clauses.procurement.actions import parties, plans
from clauses.procurement.choices import OperationStatus, TenderNature
from clauses.procurement.models import GroupedBuyer, Operation, PurchasePlan, Tender
from clauses.procurement.rules.plans import ReadLine
from inclusiv.accounts.models import Organisation, Territory
from inclusiv.core.actors import Actor
from inclusiv.demo.make import clauses as make
from inclusiv.reference.models import Commune
from tests.conftest import ActingClient, Cast

OPERATIONS = reverse("procurement:operations")
GROUPS = reverse("procurement:groups")
PLANS = reverse("procurement:plans")


def page(browser: ActingClient, actor: Actor, url: str, **query: str) -> str:
    answer = browser.acting(actor).get(url, query)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def rows(body: str) -> int:
    return body.count('<tr role="row">') - 1 if "<tbody" in body else 0


def file(browser: ActingClient, actor: Actor, url: str, **query: str) -> str:
    answer: Any = browser.acting(actor).get(url, {"export": "csv", **query})
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def make_operations(cast: Cast, count: int, *, buyer: Organisation | None = None, first: int = 0) -> None:
    """Make operations without going through the screens: only their number matters."""
    Operation.objects.bulk_create(
        Operation(
            buyer=buyer or cast.commune, title=f"Opération {rank}", reference=f"OP-{rank}",
            created_at=timezone.now(), updated_at=timezone.now(),
        )
        for rank in range(first, first + count)
    )  # fmt: skip


def make_groups(cast: Cast, count: int, *, first: int = 0) -> None:
    """Make tenders of the first buyer, of whose groups the second is a member."""
    model = make.tender(buyer=cast.commune, structure=cast.structure, reference=f"G-{first}")
    copies = [
        Tender(
            **{
                field.attname: getattr(model, field.attname)
                for field in Tender._meta.fields
                if not field.generated and field.attname not in {"id", "reference"}
            },
            reference=f"G-{first + rank}",
        )
        for rank in range(1, count)
    ]
    tenders = [model, *Tender.objects.bulk_create(copies)]
    GroupedBuyer.objects.bulk_create(
        GroupedBuyer(tender=tender, buyer=tender.buyer, organisation=cast.other_commune) for tender in tenders
    )


def make_plans(cast: Cast, count: int, *, first: int = 0) -> None:
    """Have plans read, one a year at first, by the buyer."""
    for rank in range(first, first + count):
        commune = Commune.objects.get(pk="91228")
        line = ReadLine(row=2, title=f"Achat {rank}", nature=TenderNature.SERVICES, place=commune.name)
        plans.read(
            buyer=cast.commune, year=2027 + rank % 3, name=f"programmation-{rank}.xlsx", lines=[line],
            by=cast.buyer, at=timezone.now() - timedelta(days=rank),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "make_rows"), [(OPERATIONS, make_operations), (GROUPS, make_groups), (PLANS, make_plans)]
)
def test_a_list_costs_as_many_queries_for_one_row_as_for_two_hundred(
    url: str,
    make_rows: Callable[..., None],
    cast: Cast,
    territory: Territory,
    browser: ActingClient,
) -> None:
    browser.acting(cast.buyer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            body = browser.get(url, {"par": "100"}).content.decode()
        assert rows(body) in {1, 100}
        return len(captured)

    make_rows(cast, 1)
    one = queries()
    make_rows(cast, 199, first=1000)
    assert queries() == one


def test_operations_are_searched_narrowed_ordered_and_taken_away(cast: Cast, browser: ActingClient) -> None:
    make_operations(cast, 3)
    Operation.objects.filter(title="Opération 1").update(
        title="Écoquartier du Moulin", status=OperationStatus.ACTIVE, starts_on=date(2026, 2, 1)
    )
    assert rows(page(browser, cast.buyer, OPERATIONS)) == 3
    for query in ({"q": "ecoquartier"}, {"q": "OP-1"}, {"etat": "ACTIVE"}):
        found = page(browser, cast.buyer, OPERATIONS, **query)
        assert rows(found) == 1, query
        assert "Écoquartier du Moulin" in found
        assert "à partir du 01/02/2026" in found
    ordered = page(browser, cast.buyer, OPERATIONS, tri="operation")
    assert ordered.index("Écoquartier") < ordered.index("Opération 0") < ordered.index("Opération 2")
    by_state = page(browser, cast.buyer, OPERATIONS, tri="-etat")
    assert by_state.index("Écoquartier") < by_state.index("Opération 0"), "a life goes on from its draft"
    lines = file(browser, cast.buyer, OPERATIONS, q="ecoquartier").splitlines()
    assert len(lines) == 2
    assert "Écoquartier du Moulin" in lines[1]
    assert "En cours" in lines[1]


def test_operations_of_several_buyers_are_narrowed_by_buyer(cast: Cast, browser: ActingClient) -> None:
    for buyer, reference in ((cast.commune, "A-1"), (cast.other_commune, "B-1")):
        tender = make.tender(buyer=buyer, structure=cast.structure, reference=reference)
        by = make.acting_for(buyer, cast.buyer.role)
        parties.open_operation(tender=tender, title=f"Projet {reference}", by=by, at=timezone.now())
    assert rows(page(browser, cast.facilitator, OPERATIONS)) == 2
    found = page(browser, cast.facilitator, OPERATIONS, acheteur=str(cast.other_commune.pk))
    assert "Projet B-1" in found
    assert "Projet A-1" not in found
    assert "Le filtre « Acheteur » n’a pas de valeur" in page(
        browser, cast.facilitator, OPERATIONS, acheteur=str(cast.builder.pk)
    )


def test_groups_are_read_by_who_coordinates_who_belongs_and_who_follows(
    cast: Cast, browser: ActingClient
) -> None:
    make_groups(cast, 2)
    Tender.objects.filter(reference="G-1").update(title="Électricité des écoles")
    alone = make.tender(buyer=cast.commune, structure=cast.structure, reference="S-1")
    for actor in (cast.buyer, cast.other_buyer, cast.facilitator):
        assert rows(page(browser, actor, GROUPS)) == 2
        assert "Électricité des écoles" in page(browser, actor, GROUPS, q="electricite")
        assert rows(page(browser, actor, GROUPS, q="clairval")) == 2, "a member"
        assert alone.reference not in page(browser, actor, GROUPS)
    assert rows(page(browser, cast.other_facilitator, GROUPS)) == 0
    found = file(browser, cast.other_buyer, GROUPS, q="electricite").splitlines()
    assert len(found) == 2
    assert "Commune de Clairval" in found[1]


def test_plans_are_searched_narrowed_and_taken_away(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    make_plans(cast, 3)
    plan = PurchasePlan.objects.get(name="programmation-1.xlsx")
    plans.confirm(plan=plan, by=cast.buyer, at=timezone.now())
    body = page(browser, cast.buyer, PLANS)
    assert rows(body) == 3
    assert body.index("programmation-0") < body.index("programmation-2"), "the last one read first"
    for query in ({"q": "programmation-1"}, {"etat": "IMPORTE"}, {"annee": "2028"}):
        found = page(browser, cast.buyer, PLANS, **query)
        assert rows(found) == 1, query
        assert "programmation-1.xlsx" in found
    assert rows(page(browser, cast.buyer, PLANS, etat="A-CONFIRMER")) == 2
    lines = file(browser, cast.buyer, PLANS, etat="IMPORTE").splitlines()
    assert len(lines) == 2
    assert lines[1].endswith("1;1;0;Importé")


def test_lines_of_a_plan_are_searched_without_accents_and_narrowed(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    lines = [
        ReadLine(row=2, number="A1", title="Élagage des platanes", nature=TenderNature.SERVICES),
        ReadLine(row=3, number="A2", title="Toiture du gymnase", nature=TenderNature.WORKS),
    ]
    plan = plans.read(
        buyer=cast.commune, year=2027, name="plan.xlsx", lines=lines, by=cast.buyer, at=timezone.now()
    )
    url = reverse("procurement:plan", args=[plan.pk])
    for query in ({"q": "elagage"}, {"q": "a1"}, {"nature": "SERVICES"}):
        found = page(browser, cast.buyer, url, **query)
        assert "Élagage des platanes" in found
        assert "Toiture du gymnase" not in found


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (OPERATIONS, "Elle s’ouvre depuis la page d’un marché"),
        (GROUPS, "Son coordonnateur en indique les membres"),
        (PLANS, "Importez la programmation de l’année"),
    ],
)
def test_an_empty_list_says_what_to_do(url: str, said: str, cast: Cast, browser: ActingClient) -> None:
    assert said in page(browser, cast.buyer, url)
    assert "Rien ne répond à cette recherche" in page(browser, cast.buyer, url, q="rien")


@pytest.mark.parametrize("url", [OPERATIONS, GROUPS, PLANS])
def test_a_list_answers_its_part_to_htmx_and_nothing_to_a_company(
    url: str, cast: Cast, browser: ActingClient
) -> None:
    part = browser.acting(cast.buyer).get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'id="results"' in part
    assert browser.acting(cast.contractor).get(url).status_code == 403


def test_plans_and_operations_of_another_are_not_listed(
    cast: Cast, territory: Territory, browser: ActingClient
) -> None:
    make_operations(cast, 1)
    make_plans(cast, 1)
    for url in (OPERATIONS, PLANS):
        assert rows(page(browser, cast.other_buyer, url)) == 0
        assert rows(page(browser, cast.other_facilitator, url)) == 0
