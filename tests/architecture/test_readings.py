"""Every page, export and file that names somebody notes it, whoever opens it; every reading noted has its sentence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.conf import settings
from django.urls import get_resolver, reverse

from beneficiaries.hours.actions import statements
from beneficiaries.hours.actions.statements import Document
from beneficiaries.hours.choices import Received
from beneficiaries.matching.actions import proposals
from beneficiaries.people.models import Person
from beneficiaries.placements.actions import requests
from beneficiaries.placements.choices import Modality
from beneficiaries.placements.models import Placement
from beneficiaries.placements.rules import Work
from clauses.procurement.models import Tranche
from clauses.texts.models import TextModel
from inclusiv.core import readings
from inclusiv.demo.make import beneficiaries, clauses, hours
from inclusiv.demo.make.clauses import noon
from inclusiv.records.actions import jobs
from inclusiv.records.models import AccessLog, reference
from tests.architecture.test_views import OURS, patterns
from tests.conftest import ActingClient, Cast
from tests.world import asked_advice, make_parties, make_plan, make_purchase_plan, make_subcontract

ROOT = Path(settings.BASE_DIR)
TODAY = noon(date(2025, 6, 20))

NOBODY = "nomme des organisations et des marchés, personne d’autre"
ACT = "agit et renvoie à une page, qui note"
CODES = "désigne les personnes par leur code de mise à l’emploi"
BY_LINK = (
    "un lien sans compte : la lecture est notée au nom du lien (tests/beneficiaries/hours/test_links.py)"
)
OPEN_DATA = "données ouvertes : aucune personne suivie dans ces tables"
ENTRY = "on y écrit ; rien de ce qui est connu n’y est relu"

WALK: dict[str, str] = {
    "home": "todo.listed",
    "accounts:organisation": NOBODY,
    "accounts:switch": ACT,
    "accounts:contacts": NOBODY,
    "accounts:ask-contacts": ACT,
    "accounts:join": NOBODY,
    "accounts:team": NOBODY,
    "accounts:invite": NOBODY,
    "accounts:invite-into": NOBODY,
    "accounts:cover": NOBODY,
    "accounts:remove-cover": ACT,
    "accounts:invitation-again": ACT,
    "accounts:invitation-revoke": ACT,
    "accounts:join-accept": ACT,
    "accounts:join-refuse": ACT,
    "accounts:join-refuse-chosen": ACT,
    "accounts:close": NOBODY,
    "accounts:manager": ACT,
    "accounts:account": NOBODY,
    "accounts:resume": ENTRY,
    "accounts:abandon": ACT,
    "accounts:protect": NOBODY,
    "accounts:sessions": NOBODY,
    "accounts:end-session": ACT,
    "accounts:end-other-sessions": ACT,
    "accounts:forget-devices": ACT,
    "records:link": BY_LINK,
    "records:renew-link": BY_LINK,
    "procurement:hand-over": NOBODY,
    "hours:send-link": ACT,
    "demo-mails": "les courriels ne nomment aucune personne suivie",
    "records:note-exchange": "exchange.noting",
    "records:resume-exchange": ACT,
    "records:changes": CODES,
    "records:job": NOBODY,
    "records:retry-job": ACT,
    "procurement:advice": NOBODY,
    "procurement:advice-piece": NOBODY,
    "procurement:advice-note": NOBODY,
    "procurement:supplier": NOBODY,
    "texts:note": NOBODY,
    "texts:ccag": ACT,
    "procurement:advice-withdraw": ACT,
    "procurement:ask-advice": NOBODY,
    "procurement:ask-advice-on": NOBODY,
    "reference:check": "listes officielles : aucune personne",
    "procurement:register": NOBODY,
    "procurement:start": NOBODY,
    "procurement:purchase": NOBODY,
    "procurement:schedule": NOBODY,
    "procurement:operations": NOBODY,
    "procurement:groups": NOBODY,
    "procurement:operation": NOBODY,
    "procurement:operation-step": ACT,
    "procurement:operation-leave": ACT,
    "procurement:parties": NOBODY,
    "procurement:member-remove": ACT,
    "procurement:delegate-end": ACT,
    "procurement:plans": NOBODY,
    "procurement:plan-upload": NOBODY,
    "procurement:plan-model": NOBODY,
    "procurement:plan": NOBODY,
    "procurement:plan-confirm": ACT,
    "procurement:tender": NOBODY,
    "procurement:change": NOBODY,
    "procurement:step": NOBODY,
    "procurement:lots": NOBODY,
    "procurement:lot-change": NOBODY,
    "procurement:lot-remove": NOBODY,
    "procurement:award": NOBODY,
    "procurement:award-withdraw": NOBODY,
    "obligations:sizing": NOBODY,
    "obligations:remove-clause": NOBODY,
    "obligations:no-clause-register": NOBODY,
    "obligations:copy": NOBODY,
    "obligations:notify": NOBODY,
    "obligations:add-tranche": NOBODY,
    "obligations:remove-tranche": NOBODY,
    "obligations:affirm": NOBODY,
    "obligations:amend": NOBODY,
    "obligations:contract": NOBODY,
    "obligations:invoice": NOBODY,
    "obligations:renew": NOBODY,
    "obligations:resume": NOBODY,
    "obligations:suspend": NOBODY,
    "obligations:terminate": NOBODY,
    "obligations:transfer": NOBODY,
    "obligations:want-clause": ACT,
    "obligations:without-clause": NOBODY,
    "obligations:start": NOBODY,
    "obligations:award-answer": NOBODY,
    "obligations:award-ask": ACT,
    "obligations:kick-off": NOBODY,
    "obligations:kick-off-minutes": NOBODY,
    "obligations:plan": NOBODY,
    "obligations:plan-propose": NOBODY,
    "obligations:plan-welcome": ACT,
    "obligations:plan-decide": ACT,
    "procurement:subcontracts": NOBODY,
    "procurement:subcontract-declare": NOBODY,
    "procurement:subcontract-decide": NOBODY,
    "texts:pieces": NOBODY,
    "texts:download": NOBODY,
    "texts:models": NOBODY,
    "texts:edit": NOBODY,
    "texts:version": NOBODY,
    "people:list": "people.listed",
    "people:list?export=csv": "people.exported",
    "people:list?export=xlsx": "people.exported",
    "people:new": ENTRY,
    "people:person": "person.read",
    "people:change": "person.changing",
    "people:readings": "person.readings_read",
    "people:readings?export=csv": "person.readings_exported",
    "people:ask": "eligibility.read",
    "people:check": "eligibility.read",
    "people:refuse": "eligibility.read",
    "people:withdraw": "eligibility.read",
    "placements:requests": NOBODY,
    "placements:request": "referrals.read",
    "placements:cancel-request": NOBODY,
    "placements:ask": ENTRY,
    "placements:name": ENTRY,
    "placements:accept": "referral.read",
    "placements:decline": "referral.read",
    "placements:renounce": "referral.read",
    "placements:tender": "placements.read",
    "placements:end": "placement.read",
    "placements:cancel": "placement.read",
    "matching:candidates": "candidates.listed",
    "matching:propose": ACT,
    "search:results": "people.found",
    "decp:list": OPEN_DATA,
    "decp:contract": OPEN_DATA,
    "decp:follow": OPEN_DATA,
    "decp:attach": OPEN_DATA,
    "decp:dismiss": OPEN_DATA,
    "decp:restore": OPEN_DATA,
    "decp:read": OPEN_DATA,
    "decp:reading": OPEN_DATA,
    "publication:reports": NOBODY,
    "publication:portfolio": NOBODY,
    "publication:portfolio-download": "des lots et leurs heures, personne n’y est nommé",
    "publication:publish": ACT,
    "publication:discard": ACT,
    "publication:download": "ne porte que des totaux, les petits nombres retirés",
    "gallery": "des exemples inventés",
    "demo-sign-in": ACT,
    "hours:list": NOBODY,
    "hours:list?export=csv": NOBODY,
    "hours:expected": NOBODY,
    "hours:enter": NOBODY,
    "hours:validate-clean": NOBODY,
    "hours:statement": "statement.read",
    "hours:document": "statement.document",
    "hours:validate": ACT,
    "hours:return": ACT,
    "hours:correct": NOBODY,
    "hours:abandon": NOBODY,
    "hours:declare": "statement.filling",
    "hours:declare-for": "statement.filling",
    "followup:my-tenders": NOBODY,
    "followup:my-tenders?export=csv": NOBODY,
    "followup:tender": CODES,
    "followup:pace": NOBODY,
    "followup:my-lots": NOBODY,
    "followup:my-lot": "lot.read",
    "figures:dashboard": NOBODY,
}
"""Each page → the reading that it notes, or why it notes none; « ?export » is a file of the list."""

NOT_WALKED = {
    "publication:portfolio-download",
    "publication:publish",
    "publication:discard",
    "publication:download",
    "accounts:contacts",
    "accounts:ask-contacts",
    "accounts:close",
    "accounts:manager",
    "hours:send-link",
    "accounts:remove-cover",
    "accounts:invitation-again",
    "accounts:invitation-revoke",
    "accounts:join-accept",
    "accounts:join-refuse",
    "accounts:end-session",
    "records:link",
    "records:renew-link",
    "records:resume-exchange",
} | {name for name, said in WALK.items() if said == OPEN_DATA and name not in {"decp:list", "decp:read"}}
"""Pages of rows that this scene has not: their reason says why they can name nobody."""


@dataclass(frozen=True)
class Named:
    """Four people, each with a name that no page holds by chance, wherever the platform may show them."""

    people: dict[str, Person]
    keys: dict[str, list[Any]]


@pytest.fixture
def named(cast: Cast, storage: Path) -> Iterator[Named]:
    """Anna at work, Bruno who begins soon, Chloé whom nobody proposed yet, Denis proposed."""
    with time_machine.travel(TODAY, tick=False):
        yield scene(cast)


def scene(cast: Cast) -> Named:
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure)
    award = clauses.award(clauses.lot(tender), (cast.builder, Decimal(1)))
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    clauses.lot(clauses.tender(buyer=cast.commune, structure=cast.structure, reference="2025-002"))
    files = {
        name: beneficiaries.dossier(cast.structure, first_name=first, last_name=name)
        for first, name in (
            ("Anna", "Quevreville"),
            ("Bruno", "Zorgniotti"),
            ("Chloé", "Wattrelos"),
            ("Denis", "Yvernault"),
        )
    }
    at_work = beneficiaries.placement(
        award,
        beneficiaries.validated_check(files["Quevreville"], reference_date=date(2025, 4, 1)),
        employer=cast.builder,
        planned_end_on=date(2025, 7, 4),
    )
    waiting = beneficiaries.submitted_check(files["Zorgniotti"], reference_date=date(2025, 7, 15))
    (sent,) = statements.declare(
        sheets=[hours.sheet(award, cast.builder, date(2025, 4, 1), hours={at_work: Decimal(133)})],
        by=cast.facilitator,
        at=TODAY,
        received=Received.EMAIL,
        received_on=date(2025, 5, 5),
        document=Document(name="avril.pdf", content=b"%PDF-1.7 Anna Quevreville 133 h"),
    )
    planned = beneficiaries.placement(award, waiting, employer=cast.builder)
    Placement.objects.filter(pk=planned.pk).update(status="PLANNED")
    need = requests.open_search(
        award=award,
        company=cast.builder,
        work=Work(
            post="Aide-maçon",
            modality=Modality.DIRECT_HIRE_CDD,
            starts_on=date(2025, 7, 15),
            weekly_hours=Decimal(35),
        ),
        by=cast.contractor,
        at=TODAY,
    )
    referral = proposals.propose(request=need, dossier=files["Yvernault"], by=cast.facilitator, at=TODAY)
    tranche = Tranche.objects.create(lot=award.lot, number=1, hours=Decimal(10))
    advice, piece = asked_advice(tender, at=TODAY)
    plan = make_plan(award, cast.facilitator, at=TODAY)
    subcontract = make_subcontract(award, cast.painter, cast.facilitator, at=TODAY)
    operation, member, delegate = make_parties(tender, number=4)
    job = jobs.queue(kind="test", label="Bilan", subject=cast.commune, by=cast.coordinator, at=TODAY)
    return Named(
        people={name: file.person for name, file in files.items()},
        keys=keys(
            award=award.pk, lot=award.lot_id, tender=tender.pk, placement=at_work.pk, planned=planned.pk,
            need=need.pk, referral=referral.pk, check=waiting.pk, dossier=files["Quevreville"].pk, tranche=tranche.pk, advice=advice.pk, piece=piece.pk,
            purchase_plan=make_purchase_plan(cast.commune, cast.facilitator).pk,
            award_plan=plan.pk, subcontract=subcontract.pk, statement=sent.pk, job=job.pk, builder=cast.builder.pk, insertion=cast.etti.pk,
            membership=cast.facilitator.membership_id or 0,
            operation=operation.pk, member=member.pk, delegate=delegate.pk,
        ),
    )  # fmt: skip


def keys(**pk: int) -> dict[str, list[Any]]:
    """Return what each address takes."""
    april = date(2025, 4, 1)
    of_tender = ("tender", "change", "lots", "purchase", "schedule")
    of_start = ("start", "award-answer", "award-ask", "kick-off", "kick-off-minutes")
    of_contract = (
        "amend",
        "contract",
        "copy",
        "notify",
        "renew",
        "resume",
        "suspend",
        "terminate",
        "transfer",
        "want-clause",
        "without-clause",
    )
    of_lot = ("lot-change", "lot-remove", "award", "award-withdraw")
    may = date(2025, 5, 1)
    return {
        "accounts:organisation": [pk["builder"]],
        "accounts:invite-into": [pk["builder"]],
        "accounts:switch": [pk["membership"]],
        "records:changes": ["marche", pk["tender"]],
        "records:job": [pk["job"]],
        "records:retry-job": [pk["job"]],
        "reference:check": ["cpv"],
        "procurement:operation": [pk["operation"]],
        "procurement:operation-step": [pk["operation"], "lancer"],
        "procurement:operation-leave": [pk["tender"]],
        "procurement:parties": [pk["tender"]],
        "procurement:member-remove": [pk["member"]],
        "procurement:delegate-end": [pk["delegate"]],
        "procurement:plan": [pk["purchase_plan"]],
        "procurement:plan-confirm": [pk["purchase_plan"]],
        "procurement:step": [pk["tender"], "achever"],
        **{f"procurement:{name}": [pk["tender"]] for name in of_tender},
        **{f"procurement:{name}": [pk["lot"]] for name in of_lot},
        "obligations:sizing": [pk["lot"]],
        "obligations:remove-clause": [pk["lot"]],
        "obligations:affirm": [pk["tranche"]],
        "obligations:remove-tranche": [pk["tranche"]],
        "procurement:ask-advice-on": [pk["tender"]],
        **{f"procurement:{name}": [pk["advice"]] for name in ("advice", "advice-note", "advice-withdraw")},
        "procurement:supplier": [pk["insertion"]],
        "procurement:advice-piece": [pk["advice"], pk["piece"]],
        **{f"obligations:{name}": [pk["tender"]] for name in of_contract},
        **{f"obligations:{name}": [pk["lot"]] for name in ("add-tranche", "invoice")},
        **{f"obligations:{name}": [pk["tender"]] for name in of_start},
        **{f"obligations:plan{name}": [pk["award"]] for name in ("", "-propose", "-welcome")},
        "obligations:plan-decide": [pk["award_plan"]],
        **{f"procurement:{name}": [pk["award"]] for name in ("subcontracts", "subcontract-declare")},
        "procurement:subcontract-decide": [pk["subcontract"]],
        **{f"texts:{name}": [pk["tender"]] for name in ("pieces", "note", "ccag")},
        "texts:download": [pk["tender"], "toutes-les-pieces", "docx"],
        "texts:edit": ["article-ccap"],
        "texts:version": [TextModel.objects.values_list("pk", flat=True)[0]],
        **{f"people:{name}": [pk["dossier"]] for name in ("person", "change", "readings", "ask")},
        **{f"people:{name}": [pk["check"]] for name in ("check", "refuse", "withdraw")},
        "placements:request": [pk["need"]],
        "placements:cancel-request": [pk["need"]],
        "placements:ask": [pk["award"]],
        "placements:name": [pk["award"]],
        **{f"placements:{name}": [pk["referral"]] for name in ("accept", "decline", "renounce")},
        "placements:tender": [pk["tender"]],
        "placements:end": [pk["placement"]],
        "placements:cancel": [pk["planned"]],
        "matching:candidates": [pk["need"]],
        "matching:propose": [pk["need"], pk["dossier"]],
        **{f"hours:{name}": [pk["statement"]] for name in ("statement", "document", "validate", "return", "correct", "abandon")},
        "hours:declare": [pk["award"], may],
        "hours:declare-for": [pk["award"], april, pk["builder"]],
        "followup:tender": [pk["tender"]],
        "followup:pace": [pk["tender"]],
        "followup:my-lot": [pk["award"]],
    }  # fmt: skip


def address(page: str, scene: Named) -> str:
    name, _, query = page.partition("?")
    if name == "search:results":
        query = "q=Chlo"
    if name == "records:note-exchange":
        query = f"sujet={quote(reference(scene.people['Wattrelos']))}"
    return f"{reverse(name, args=scene.keys.get(name, []))}?{query}"


def answer(browser: ActingClient, url: str) -> str:
    response: Any = browser.get(url)
    if response.status_code != 200:
        return ""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return readable(content)


def readable(content: bytes) -> str:
    """Return the text of a page or of a file; the sheets of an XLSX are compressed."""
    if not content.startswith(b"PK"):
        return content.decode(errors="ignore")
    from io import BytesIO
    from zipfile import ZipFile

    with ZipFile(BytesIO(content)) as archive:
        return " ".join(archive.read(name).decode(errors="ignore") for name in archive.namelist())


def test_the_table_holds_every_page() -> None:
    ours = {
        ":".join(filter(None, [namespace_of(entry), entry.name]))
        for entry in patterns(get_resolver().url_patterns)
        if entry.callback.__module__.startswith(OURS)
    }
    assert ours == {page.partition("?")[0] for page in WALK}


def namespace_of(entry: Any) -> str:
    """Return the namespace under which an address is declared: that of the module of its view."""
    return next(
        (
            getattr(resolver, "namespace", None) or ""
            for resolver in get_resolver().url_patterns
            if entry in list(patterns([resolver]))
        ),
        "",
    )


def test_every_page_that_names_somebody_notes_it(named: Named, cast: Cast, browser: ActingClient) -> None:
    silent, unexpected = [], []
    noted: set[str] = set()
    for who, actor in cast.everyone().items():
        browser.acting(actor)
        for page in WALK.keys() - NOT_WALKED:
            AccessLog.objects.all().delete()
            text = answer(browser, address(page, named))
            read = set(AccessLog.objects.values_list("action", "subject"))
            for name, person in named.people.items():
                if name in text and WALK[page] not in readings.table():
                    unexpected.append(f"{page} names {name} to {who}")
                elif name in text and reference(person) not in {subject for _, subject in read}:
                    silent.append(f"{page} names {name} to {who}")
            noted |= {page for action, _ in read if action == WALK[page]}
    assert (unexpected, silent) == ([], [])
    assert noted == {page for page in WALK.keys() - NOT_WALKED if WALK[page] in readings.table()}


def test_walk_sees_a_page_that_forgets(
    named: Named, cast: Cast, browser: ActingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beneficiaries.people.views.people.readings.note", lambda **_forgotten: None)
    browser.acting(cast.facilitator)
    AccessLog.objects.all().delete()
    assert "Quevreville" in answer(browser, address("people:person", named))
    assert not AccessLog.objects.exists()


def noted_in_the_code() -> set[str]:
    """Return the readings that the code names: `action="…"` beside a call of `readings.note` or of its partial."""
    import re

    texts = [path.read_text() for top in OURS for path in (ROOT / top).rglob("views*/*.py")]
    texts += [path.read_text() for top in OURS for path in (ROOT / top).rglob("views.py")]
    return {code for text in texts for code in re.findall(r'(?:action=|, )"([a-z]+\.[a-z_]+)"', text)}


def test_every_reading_noted_has_its_sentence() -> None:
    found = noted_in_the_code()
    assert "person.read" in found
    assert "placement.read" in found
    assert found - set(readings.table()) == set()


def test_every_sentence_of_a_reading_is_used() -> None:
    by_the_search = {"people.found"}
    assert set(readings.table()) - noted_in_the_code() == by_the_search


def test_a_reading_without_a_sentence_is_an_error(cast: Cast) -> None:
    from inclusiv.records.actions import readings as noting

    with pytest.raises(KeyError):
        noting.note(action="nothing.said", subjects=[cast.commune], by=cast.buyer, at=TODAY)
