"""Every action that writes tells its story: what each one may tell, read in the code, against one table."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

from inclusiv.core import stories

ROOT = Path(settings.BASE_DIR)
OURS = ("inclusiv", "clauses", "beneficiaries", "reporting")

Name = tuple[str, str]
"""A module and one of its functions."""


@cache
def modules() -> dict[str, ast.Module]:
    """Return the syntax trees of the actions, by the name of their module."""
    paths = [
        path
        for top in OURS
        for path in (ROOT / top).rglob("*.py")
        if "actions" in (path.parent.name, path.stem)
    ]
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): ast.parse(path.read_text()) for path in paths
    }


def functions(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def imported(tree: ast.Module) -> dict[str, str]:
    """Return what each imported word is: « awards » → « clauses.procurement.actions.awards »."""
    return {
        word.asname or word.name: f"{node.module}.{word.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for word in node.names
    }


def called(module: str, function: ast.FunctionDef) -> Iterator[Name]:
    """Yield the functions of the actions that a function names."""
    words = imported(modules()[module])
    for node in ast.walk(function):
        match node:
            case ast.Name(id=word) if word in functions(modules()[module]):
                yield module, word
            case ast.Name(id=word) if words.get(word, "").rpartition(".")[0] in modules():
                yield words[word].rpartition(".")[0], word
            case ast.Attribute(value=ast.Name(id=word), attr=name) if words.get(word) in modules():
                yield words[word], name


def told_here(module: str, function: ast.FunctionDef) -> set[str]:
    """Return the codes that a function names itself: whole, by its module's `tell`, or in one of its tables."""
    tree = modules()[module]
    tables = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    words = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    places: list[ast.AST] = [function, *(tables[word] for word in words & tables.keys())]
    constants = {
        node.value
        for place in places
        for node in ast.walk(place)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    whole = constants & declared()
    return (
        whole
        | {f"{prefix}{word}" for prefix in prefixes(tree) for word in told_by_word(function)} & declared()
    )


def prefixes(tree: ast.Module) -> set[str]:
    """Return what `tell` puts before the word that it is given: « placement. »."""
    return {
        str(node.values[0].value)
        for tell in [functions(tree).get("tell")]
        if tell
        for node in ast.walk(tell)
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant)
    }


def told_by_word(function: ast.FunctionDef) -> set[str]:
    return {
        node.args[0].value
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and "tell" in ast.unparse(node.func)
    }


def declared() -> set[str]:
    return set(stories.table())


def told(name: Name) -> set[str]:
    """Return every code that a function may tell, by itself or by what it calls."""
    seen: set[Name] = set()
    waiting = [name]
    codes: set[str] = set()
    while waiting:
        module, word = current = waiting.pop()
        function = functions(modules()[module]).get(word)
        if current in seen or function is None:
            continue
        seen.add(current)
        codes |= told_here(module, function)
        for other, by in called(module, function):
            by_word = told_by_word(function) if by == "tell" and other != module else set()
            codes |= {
                f"{prefix}{one}" for prefix in prefixes(modules()[other]) for one in by_word
            } & declared()
            waiting.append((other, by))
    return codes


def is_action(function: ast.FunctionDef) -> bool:
    """Say whether a function is one transaction: a verb of the platform."""
    return any(ast.unparse(decorator) == "transaction.atomic" for decorator in function.decorator_list)


def actions() -> dict[str, Name]:
    return {
        f"{module.replace('.actions', '')}.{name}": (module, name)
        for module, tree in modules().items()
        for name, function in functions(tree).items()
        if is_action(function)
    }


def codes(*names: str) -> set[str]:
    return set(names)


ITSELF = "l’historique des heures est lui-même la trace, écrite avec l’événement de qui l’appelle"
ON_THE_TIMELINE = "l’échange est lui-même une ligne de l’historique"
ON_ITSELF = "le courriel et le contact portent eux-mêmes ce qui leur est arrivé, et quand"
SHIPPED = "livré avec la plateforme, par une commande ; les paramètres gardent leurs modifications"

TOLD: dict[str, set[str] | str] = {
    "beneficiaries.hours.ledger.append": ITSELF,
    "beneficiaries.hours.ledger.seal": ITSELF,
    "beneficiaries.hours.reminders.declare_by_link": codes("statement.submitted"),
    "beneficiaries.hours.reminders.enter": codes("statement.submitted"),
    "beneficiaries.hours.reminders.send_link": codes("statement.link_sent"),
    "beneficiaries.hours.statements.abandon": codes("statement.correction_abandoned"),
    "beneficiaries.hours.statements.correct": codes("statement.corrected"),
    "beneficiaries.hours.statements.declare": codes("statement.submitted"),
    "beneficiaries.hours.statements.return_for_correction": codes("statement.returned"),
    "beneficiaries.hours.validation.validate": codes("statement.validated"),
    "beneficiaries.hours.validation.validate_clean": codes("statement.validated"),
    "beneficiaries.matching.proposals.propose": codes("referral.proposed"),
    "beneficiaries.people.eligibility.complete": codes("eligibility.completed"),
    "beneficiaries.people.eligibility.refuse": codes("eligibility.refused"),
    "beneficiaries.people.eligibility.submit": codes("eligibility.submitted"),
    "beneficiaries.people.eligibility.validate": codes("eligibility.validated"),
    "beneficiaries.people.eligibility.withdraw": codes("eligibility.withdrawn"),
    "beneficiaries.people.people.change": codes("person.changed"),
    "beneficiaries.people.people.register": codes("person.registered"),
    "beneficiaries.placements.placements.cancel": codes(
        "placement.cancelled", "eligibility.withdrawn", "request.cancelled"
    ),
    "beneficiaries.placements.placements.end": codes("placement.ended"),
    "beneficiaries.placements.placements.signal": codes("placement.trouble"),
    "beneficiaries.placements.placements.start": codes("placement.started", "lot.joined", "lot.joined_earlier"),
    "beneficiaries.placements.referrals.accept": codes(
        "referral.accepted", "referral.declined", "request.filled", "eligibility.submitted", "placement.started",
        "lot.joined", "lot.joined_earlier",
    ),
    "beneficiaries.placements.referrals.decline": codes("referral.declined"),
    "beneficiaries.placements.referrals.give_up": codes("request.cancelled", "referral.declined"),
    "beneficiaries.placements.referrals.propose": codes("referral.proposed"),
    "beneficiaries.placements.referrals.renounce": codes("referral.renounced"),
    "beneficiaries.placements.requests.cancel": codes("request.cancelled"),
    "beneficiaries.placements.requests.name_person": codes(
        "request.named", "person.registered", "eligibility.submitted", "placement.started", "lot.joined",
        "lot.joined_earlier",
    ),
    "beneficiaries.placements.requests.open_search": codes("request.opened"),
    "clauses.decp.answers.attach": codes("spotted.attached"),
    "clauses.decp.answers.dismiss": codes("spotted.dismissed"),
    "clauses.decp.answers.follow": codes("spotted.followed", "tender.registered", "tender.moved"),
    "clauses.decp.answers.restore": codes("spotted.restored"),
    "clauses.decp.readings.ask": codes("decp.asked"),
    "clauses.decp.readings.read": codes("decp.read"),
    "clauses.obligations.clauses.put": codes(
        "clause.set", "clause.adjusted", "clause.set_other", "tender.clause_wanted", "tender.moved"
    ),
    "clauses.obligations.clauses.remove": codes("clause.removed", "tender.moved"),
    "clauses.obligations.copies.copy": codes(
        "tender.copied", "tender.registered", "tender.moved", "tender.ccag_chosen", "tender.clause_wanted",
        "lot.added", "clause.set", "clause.adjusted", "clause.set_other", "tranche.added",
    ),
    "clauses.obligations.duties.decide_without": codes("tender.without_clause"),
    "clauses.obligations.life.affirm": codes("tranche.affirmed", "obligation.bound", "obligation.bound_other"),
    "clauses.obligations.life.amend": codes(
        "amendment.recorded", "award.welcomed", "contacts.asked",
        "obligation.changed", "obligation.changed_other",
        "obligation.bound", "obligation.bound_other",
        "capacity.opened",
        "capacity.earlier",
        "organisation.registered", "organisation.renamed",
    ),
    "clauses.obligations.inquiries.answer": codes(
        "award.later", "lot.awarded", "tender.moved", "tender.notified", "obligation.bound", "obligation.bound_other",
        "contacts.asked", "contacts.changed", "award.welcomed", "organisation.registered", "organisation.renamed", "capacity.opened",
        "capacity.earlier"
    ),
    "clauses.obligations.kickoffs.hold": codes("kickoff.held", "kickoff.corrected", "contacts.changed"),
    "clauses.obligations.life.invoice": codes("invoices.recorded", "obligation.changed", "obligation.changed_other"),
    "clauses.obligations.life.renew": codes("renewal.recorded", "obligation.bound", "obligation.bound_other"),
    "clauses.obligations.life.resume": codes("suspension.closed"),
    "clauses.obligations.life.suspend": codes("suspension.opened"),
    "clauses.obligations.life.terminate": codes("tender.terminated", "obligation.changed", "obligation.changed_other"),
    "clauses.obligations.obligations.notify": codes(
        "tender.notified", "tender.moved", "obligation.bound", "obligation.bound_other", "contacts.asked",
        "award.welcomed",
    ),
    "clauses.obligations.plans.decide": codes("plan.agreed", "plan.returned"),
    "clauses.obligations.plans.propose": codes("plan.proposed"),
    "clauses.obligations.welcome.send": codes("award.welcomed"),
    "clauses.procurement.advice.ask": codes("advice.asked", "tender.moved"),
    "clauses.procurement.advice.ask_new": codes("tender.registered", "advice.asked", "tender.moved"),
    "clauses.procurement.advice.decide": codes("advice.decided", "tender.moved"),
    "clauses.procurement.advice.propose": codes("advice.proposed"),
    "clauses.procurement.awards.award": codes(
        "lot.awarded", "tender.moved", "organisation.registered", "organisation.renamed", "capacity.opened", "capacity.earlier"
    ),
    "clauses.procurement.awards.withdraw": codes("award.withdrawn", "tender.moved"),
    "clauses.procurement.ccag.choose": codes("tender.ccag_chosen"),
    "clauses.procurement.contacts.ask_each_quarter": codes("contacts.asked"),
    "clauses.procurement.decisions.decide_without": codes("tender.without_clause"),
    "clauses.procurement.decisions.want_clause": codes("tender.clause_wanted"),
    "clauses.procurement.inquiries.ask": codes("award.asked"),
    "clauses.procurement.subcontracts.declare": codes("subcontract.declared", "organisation.registered", "organisation.renamed"),
    "clauses.procurement.subcontracts.decide": codes(
        "subcontract.accepted", "subcontract.refused", "lot.joined", "lot.joined_earlier", "lot.came_back", "capacity.opened",
        "capacity.earlier"
    ),
    "clauses.procurement.life.add_tranche": codes("tranche.added"),
    "clauses.procurement.life.remove_tranche": codes("tranche.removed"),
    "clauses.procurement.life.affirm": codes("tranche.affirmed"),
    "clauses.procurement.life.amend": codes(
        "amendment.recorded", "capacity.opened", "capacity.earlier", "organisation.registered", "organisation.renamed"
    ),
    "clauses.procurement.life.invoice": codes("invoices.recorded"),
    "clauses.procurement.life.renew": codes("renewal.recorded"),
    "clauses.procurement.life.resume": codes("suspension.closed"),
    "clauses.procurement.life.suspend": codes("suspension.opened"),
    "clauses.procurement.life.terminate": codes("tender.terminated"),
    "clauses.procurement.lots.add": codes("lot.added"),
    "clauses.procurement.lots.change": codes("lot.changed"),
    "clauses.procurement.lots.remove": codes("lot.removed", "tender.moved"),
    "clauses.procurement.participants.join": codes("lot.joined", "lot.joined_earlier"),
    "clauses.procurement.parties.add_member": codes("group.joined"),
    "clauses.procurement.parties.change_operation": codes("operation.changed"),
    "clauses.procurement.parties.end_delegate": codes("delegate.ended"),
    "clauses.procurement.parties.join_operation": codes("operation.joined"),
    "clauses.procurement.parties.leave_operation": codes("operation.left"),
    "clauses.procurement.parties.move_operation": codes("operation.moved"),
    "clauses.procurement.parties.name_delegate": codes("delegate.named"),
    "clauses.procurement.parties.open_operation": codes("operation.opened", "operation.joined"),
    "clauses.procurement.parties.remove_member": codes("group.left"),
    "clauses.procurement.plans.confirm": codes("plan.imported"),
    "clauses.procurement.plans.read": "rien n’est encore enregistré ; la confirmation est racontée",
    "clauses.procurement.portfolios.hand_over": codes("tender.handed_over"),
    "clauses.procurement.registering.describe_last": codes("lot.added", "tender.moved"),
    "clauses.procurement.registering.start": codes("tender.registered"),
    "clauses.procurement.suppliers.describe": codes("supplier.described"),
    "clauses.procurement.tenders.change": codes("tender.changed"),
    "clauses.procurement.tenders.move": codes("tender.moved"),
    "clauses.procurement.tenders.notify": codes("tender.notified", "tender.moved"),
    "clauses.procurement.tenders.register": codes("tender.registered"),
    "clauses.texts.texts.load_shipped": SHIPPED,
    "clauses.texts.texts.write": codes("text.written"),
    "inclusiv.accounts.contacts.ask": codes("contacts.asked"),
    "inclusiv.accounts.contacts.keep": codes("contacts.changed"),
    "inclusiv.accounts.contacts.note_bounce": ON_ITSELF,
    "inclusiv.accounts.invitations.accept": codes("access.opened"),
    "inclusiv.accounts.invitations.invite": codes(
        "access.invited", "organisation.registered", "organisation.renamed", "capacity.opened", "capacity.earlier"
    ),
    "inclusiv.accounts.invitations.revoke": codes("access.invitation_revoked"),
    "inclusiv.accounts.invitations.send_again": codes("access.invited_again"),
    "inclusiv.accounts.joining.accept": codes(
        "access.invited", "organisation.registered", "organisation.renamed", "capacity.opened", "capacity.earlier"
    ),
    "inclusiv.accounts.joining.ask": "quelqu’un sans accès ; la réponse est racontée",
    "inclusiv.accounts.joining.refuse": codes("access.join_refused"),
    "inclusiv.accounts.memberships.close": codes("access.closed", "contacts.changed"),
    "inclusiv.accounts.memberships.cover": codes("access.covered"),
    "inclusiv.accounts.memberships.remove_cover": codes("access.cover_removed"),
    "inclusiv.accounts.memberships.set_manager": codes("access.manager", "access.not_manager"),
    "inclusiv.accounts.rescue.close_accesses": codes("access.closed", "contacts.changed"),
    "inclusiv.accounts.rescue.forget_second_factor": codes("access.factor_forgotten"),
    "inclusiv.parameters.load_annex_a": SHIPPED,
    "inclusiv.records.mails.bounce": ON_ITSELF,
    "inclusiv.records.mails.send": ON_ITSELF,
    "inclusiv.records.exchanges.note": ON_THE_TIMELINE,
    "inclusiv.records.exchanges.resume": ON_THE_TIMELINE,
    "inclusiv.records.submissions.receive": "le numéro d’un formulaire : ce qu’il fait est raconté par son action",
    "inclusiv.reference.load_nomenclature": SHIPPED,
    "inclusiv.reference.load_shipped_lists": SHIPPED,
    "reporting.publication.portfolios.ask": codes("portfolio.asked"),
    "reporting.publication.portfolios.deliver": "le document est lu de qui l’a demandé ; son téléchargement est raconté",
    "reporting.publication.reports.approve": codes("report.approved"),
    "reporting.publication.reports.ask": codes("report.asked"),
    "reporting.publication.reports.deliver": codes("report.drafted", "report.published"),
    "reporting.publication.reports.discard": codes("report.discarded"),
}  # fmt: skip
"""Each action → the events that it may tell, or why it tells none."""

BY_A_TABLE = "clauses.decp.answers."
"""Actions whose code is chosen in a table by what was answered: the code alone cannot say which."""

OUTSIDE = {"report.downloaded", "portfolio.downloaded"}
"""Told by what writes nothing else."""


def test_the_table_holds_every_action() -> None:
    assert set(actions()) == set(TOLD)


def test_every_action_tells_what_the_table_says() -> None:
    wrong = {}
    for action, name in actions().items():
        row, found = TOLD[action], told(name)
        expected = row if isinstance(row, set) else set()
        if found != expected and not (action.startswith(BY_A_TABLE) and expected and expected <= found):
            wrong[action] = (found, expected)
    assert wrong == {}


def test_every_event_declared_is_told_by_some_action() -> None:
    by_actions = {code for said in TOLD.values() if isinstance(said, set) for code in said}
    assert declared() - by_actions == OUTSIDE


def test_the_reading_of_the_code_sees_an_action_that_tells_nothing() -> None:
    assert told(("inclusiv.records.actions.files", "store")) == set()
    assert told(("clauses.procurement.actions.lots", "add")) == {"lot.added"}
    assert told(("beneficiaries.placements.actions.referrals", "give_up")) == {
        "request.cancelled",
        "referral.declined",
    }
