"""Every address of the platform, and what it takes: a new one without a line here fails the walk."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from clauses.texts.models import TextModel
from inclusiv.records.models import Exchange, reference
from tests.world import Side

Keys = Callable[[Side], tuple[Any, ...]]
Query = Callable[[Side], dict[str, str]]

OCTOBER = date(2025, 10, 1)


def lot(side: Side) -> tuple[Any, ...]:
    return (side.lot.pk,)


def draft_lot(side: Side) -> tuple[Any, ...]:
    return (side.draft.lots.get().pk,)


def tender(side: Side) -> tuple[Any, ...]:
    return (side.tender.pk,)


def draft(side: Side) -> tuple[Any, ...]:
    return (side.draft.pk,)


def award(side: Side) -> tuple[Any, ...]:
    return (side.award.pk,)


def need(side: Side) -> tuple[Any, ...]:
    return (side.need.pk,)


def referral(side: Side) -> tuple[Any, ...]:
    return (side.referral.pk,)


def dossier(side: Side) -> tuple[Any, ...]:
    return (side.dossier.pk,)


def check(side: Side) -> tuple[Any, ...]:
    return (side.check.pk,)


def contract(side: Side) -> tuple[Any, ...]:
    return (side.contract.pk,)


def statement(side: Side) -> tuple[Any, ...]:
    return (side.statement.pk,)


def organisation(side: Side) -> tuple[Any, ...]:
    return (side.doorway.organisation,)


def membership(side: Side) -> tuple[Any, ...]:
    return (side.doorway.membership,)


def invitation(side: Side) -> tuple[Any, ...]:
    return (side.doorway.invitation.pk,)


def asked(side: Side) -> tuple[Any, ...]:
    return (side.doorway.asked.pk,)


def operation(side: Side) -> tuple[Any, ...]:
    return (side.operation.pk,)


def purchase_plan(side: Side) -> tuple[Any, ...]:
    return (side.purchase_plan.pk,)


def passkey(side: Side) -> tuple[Any, ...]:
    return (side.doorway.passkey.pk,)


def token(side: Side) -> tuple[Any, ...]:
    return (side.token,)


def job(side: Side) -> tuple[Any, ...]:
    return (side.job.pk,)


def exchange(side: Side) -> tuple[Any, ...]:
    return (Exchange.objects.get(subjects=[reference(side.dossier.person)]).pk,)


def month(side: Side) -> tuple[Any, ...]:
    return (side.award.pk, OCTOBER, side.statement.declarant_id)


KEYS: dict[str, Keys] = {
    "accounts:organisation": organisation,
    "accounts:contacts": organisation,
    "accounts:invite-into": lambda side: (side.doorway.organisation,),
    "accounts:ask-contacts": organisation,
    "accounts:remove-cover": lambda side: (side.doorway.cover.pk,),
    "accounts:invitation-again": invitation,
    "accounts:invitation-revoke": invitation,
    "accounts:join-accept": asked,
    "accounts:join-refuse": asked,
    "accounts:switch": membership,
    "accounts:close": membership,
    "accounts:manager": membership,
    "accounts:end-session": lambda side: (side.doorway.session.pk,),
    "records:changes marche": lambda side: ("marche", side.tender.pk),
    "records:changes organisation": lambda side: ("organisation", side.contractor.pk),
    "records:changes parametres": lambda _: ("parametres", 0),
    "records:job": job,
    "records:resume-exchange": exchange,
    "records:retry-job": job,
    "records:link heures": token,
    "records:link titulaire": lambda side: (side.award_token,),
    "records:link plan": lambda side: (side.plan_token,),
    "records:link contacts": lambda side: (side.contacts_token,),
    "records:link invitation": lambda side: (side.doorway.token,),
    "records:renew-link": token,
    "reference:check": lambda _: ("cpv",),
    "procurement:tender": tender,
    "procurement:change": draft,
    "procurement:purchase": draft,
    "procurement:schedule": draft,
    "procurement:operation": operation,
    "procurement:operation-step": lambda side: (side.operation.pk, "lancer"),
    "procurement:operation-leave": tender,
    "procurement:parties": draft,
    "procurement:member-remove": lambda side: (side.member.pk,),
    "procurement:delegate-end": lambda side: (side.delegate.pk,),
    "procurement:plan": purchase_plan,
    "procurement:plan-confirm": purchase_plan,
    "obligations:copy": tender,
    "procurement:step": lambda side: (side.tender.pk, "achever"),
    "procurement:lots": draft,
    "procurement:lot-change": draft_lot,
    "procurement:lot-remove": draft_lot,
    "procurement:award": draft_lot,
    "procurement:award-withdraw": lot,
    "obligations:sizing": draft_lot,
    "obligations:remove-clause": draft_lot,
    "obligations:notify": draft,
    "procurement:ask-advice-on": draft,
    "procurement:supplier": lambda side: (side.employer.pk,),
    "procurement:advice-note": lambda side: (side.advice.pk,),
    "procurement:advice": lambda side: (side.advice.pk,),
    "procurement:advice-withdraw": lambda side: (side.advice.pk,),
    "procurement:advice-piece": lambda side: (side.advice.pk, side.piece.pk),
    "obligations:contract": tender,
    "obligations:without-clause": draft,
    "obligations:want-clause": draft,
    "obligations:amend": tender,
    "obligations:transfer": tender,
    "obligations:renew": tender,
    "obligations:suspend": tender,
    "obligations:resume": tender,
    "obligations:terminate": tender,
    "obligations:add-tranche": draft_lot,
    "obligations:invoice": lot,
    "obligations:remove-tranche": lambda side: (side.tranche.pk,),
    "obligations:affirm": lambda side: (side.tranche.pk,),
    "obligations:start": tender,
    "obligations:award-answer": draft,
    "obligations:award-ask": draft,
    "obligations:kick-off": tender,
    "obligations:kick-off-minutes": tender,
    "obligations:plan": award,
    "obligations:plan-propose": award,
    "obligations:plan-welcome": award,
    "obligations:plan-decide": lambda side: (side.plan.pk,),
    "procurement:subcontracts": award,
    "procurement:subcontract-declare": award,
    "procurement:subcontract-decide": lambda side: (side.subcontract.pk,),
    "texts:pieces": tender,
    "texts:download docx": lambda side: (side.tender.pk, "article-ccap", "docx"),
    "texts:download pdf": lambda side: (side.tender.pk, "toutes-les-pieces", "pdf"),
    "texts:note": tender,
    "texts:ccag": draft,
    "texts:edit": lambda _: ("article-ccap",),
    "texts:version": lambda _: (TextModel.objects.filter(kind="CCAP").values_list("pk", flat=True)[0],),
    "people:person": dossier,
    "people:change": dossier,
    "people:readings": dossier,
    "people:readings ?export=csv": dossier,
    "people:ask": dossier,
    "people:check": check,
    "people:check validée": lambda side: (side.checked.pk,),
    "people:refuse": check,
    "people:withdraw": check,
    "placements:request": need,
    "placements:cancel-request": need,
    "placements:ask": award,
    "placements:name": award,
    "placements:accept": referral,
    "placements:decline": referral,
    "placements:renounce": referral,
    "placements:tender": tender,
    "placements:end": lambda side: (side.placement.pk,),
    "placements:cancel": lambda side: (side.planned.pk,),
    "matching:candidates": need,
    "matching:propose": lambda side: (side.need.pk, side.dossier.pk),
    "decp:contract": contract,
    "decp:follow": contract,
    "decp:attach": contract,
    "decp:dismiss": contract,
    "decp:restore": contract,
    "decp:reading": lambda side: (side.reading.pk,),
    "decp:reading ?export=csv": lambda side: (side.reading.pk,),
    "procurement:plan ?export=csv": purchase_plan,
    "publication:portfolio-download": lambda side: (side.portfolio.code,),
    "publication:publish": lambda side: (side.draft_report.code,),
    "publication:discard": lambda side: (side.draft_report.code,),
    "publication:download bilan": lambda side: (side.report.code, "bilan"),
    "publication:download brouillon": lambda side: (side.report.code, "brouillon"),
    "publication:download écarté": lambda side: (side.draft_report.code, "brouillon"),
    "hours:send-link": month,
    "hours:statement": statement,
    "hours:document": statement,
    "hours:validate": statement,
    "hours:return": statement,
    "hours:correct": statement,
    "hours:abandon": statement,
    "hours:declare": lambda side: (side.award.pk, OCTOBER),
    "hours:declare-for": month,
    "followup:tender": tender,
    "followup:pace": tender,
    "followup:my-lot": award,
    "account_reset_password_from_key": lambda _: ("1", "essai-essai"),
    "mfa_edit_webauthn": passkey,
    "mfa_remove_webauthn": passkey,
}
"""What each address takes, from the records of a side; a word after the name tells two uses of one address apart."""

QUERIES: dict[str, Query] = {
    "records:note-exchange sujet=marché": lambda side: {"sujet": reference(side.tender)},
    "records:note-exchange sujet=personne": lambda side: {"sujet": reference(side.dossier.person)},
    "records:note-exchange sujet=entreprise": lambda side: {"sujet": reference(side.contractor)},
}

EXPORTS = (
    "people:list", "people:readings", "hours:list", "followup:my-tenders", "decp:list", "decp:reading",
    "procurement:plan", "procurement:plans", "procurement:operations", "procurement:groups",
)  # fmt: skip
"""Pages whose list is also a file."""


def labels() -> list[str]:
    """Return the lines of the table: every address by its name, with its uses where it has several."""
    known = [*KEYS, *QUERIES, *(f"{name} ?export=csv" for name in EXPORTS)]
    uses: dict[str, set[str]] = {}
    for label in known:
        uses.setdefault(name_of(label), set()).add(label)
    found = []
    for name in names():
        with_keys = [label for label in uses.get(name, ()) if label in KEYS]
        own = set(uses.get(name, ())) | (set() if with_keys or takes_keys(name) else {name})
        found += sorted(own or {name})
    return found


def names() -> list[str]:
    """Return the name of every address that the platform answers, each once."""
    return sorted({name for name, _ in patterns(get_resolver().url_patterns)})


def patterns(entries: list[Any], spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for entry in entries:
        if isinstance(entry, URLResolver):
            inside = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from patterns(entry.url_patterns, inside)
        else:
            yield ":".join([*spaces, entry.name or str(entry.pattern)]), entry


def takes_keys(name: str) -> bool:
    found = [entry for one, entry in patterns(get_resolver().url_patterns) if one == name]
    return any(entry.pattern.regex.groups for entry in found)


def name_of(label: str) -> str:
    return label.partition(" ")[0]


def address(label: str, side: Side) -> str:
    """Return the address of a line, for the records of a side."""
    name = name_of(label)
    keys = KEYS.get(label, KEYS.get(name))
    asked = QUERIES[label](side) if label in QUERIES else {}
    if label.endswith("?export=csv"):
        asked = {"export": "csv"}
    found = reverse(name, args=keys(side) if keys else ())
    return f"{found}?{urlencode(asked)}" if asked else found


def is_about_a_record(label: str) -> bool:
    """Say whether a line is asked three times, for three sides."""
    return label in KEYS or label in QUERIES
