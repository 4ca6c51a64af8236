"""Submit, complete and decide the eligibility of a person on a first day of work (DOMAIN.md 4)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from beneficiaries.people.actions.people import OF_ANOTHER, require, require_own
from beneficiaries.people.choices import CheckAction, CheckStatus, Permission, Refusal
from beneficiaries.people.models import Dossier, EligibilityCheck, EligibilityFacts, Evidence
from beneficiaries.people.rules import eligibility
from beneficiaries.people.rules.documents import check_validity
from beneficiaries.people.rules.facts import Proof, Verdict, age_on
from beneficiaries.people.selectors.eligibility import verdict_of
from inclusiv.accounts.models import Organisation
from inclusiv.accounts.selectors import structure_of_commune
from inclusiv.core import transitions
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import date_short
from inclusiv.core.periods import add_working_days, paris_day
from inclusiv.core.providers import check_reliances
from inclusiv.core.refusals import Refused
from inclusiv.core.texts import refuse_nir
from inclusiv.parameters.selectors import in_force
from inclusiv.records.actions import audit


@transaction.atomic
def submit(
    *,
    dossier: Dossier,
    reference_date: date,
    evidence: Sequence[Proof],
    by: Actor,
    at: datetime,
) -> EligibilityCheck:
    """Ask whether a person of one's own structure is eligible on a first day of work.

    Raises Refused: already_asked while a question on the same day waits for its answer, whoever asked it;
    nobody_decides when a prescriber asks for somebody who lives outside every territory.
    """
    require_own(dossier, by, Permission.EDIT_PEOPLE)
    if by.role is not Role.FACILITATOR:
        refuse_undecided(dossier, on=paris_day(at))
    Dossier.objects.select_for_update().get(pk=dossier.pk)
    if dossier.checks.awaiting_decision().filter(reference_date=reference_date).exists():
        raise Refused(
            "already_asked",
            f"La question est déjà posée pour le {date_short(reference_date)} : elle se lit sur la fiche de la personne.",
            field="reference_date",
        )
    return ask(dossier=dossier, reference_date=reference_date, evidence=evidence, by=by, at=at)


def refuse_undecided(dossier: Dossier, *, on: date) -> None:
    """Raise Refused when no facilitator would receive the question of a prescriber: that of the territory does."""
    commune = dossier.person.identity.commune
    if commune is None:
        raise Refused(
            "nobody_decides",
            "Écrivez d’abord sur la fiche de la personne la commune où elle habite : elle dit qui vous répond.",
        )
    if structure_of_commune(insee=commune.pk, on=on) is None:
        raise Refused(
            "nobody_decides",
            f"Aucune structure ne suit les clauses à {commune} : demandez à celle du marché visé de suivre cette personne.",
        )


def ask(
    *, dossier: Dossier, reference_date: date, evidence: Sequence[Proof], by: Actor, at: datetime
) -> EligibilityCheck:
    """Write the question, due in three working days and before the start (PRACTICE.md 1.2).

    Inside the transaction of a caller that has checked who acts.
    """
    asked_on = paris_day(at)
    code = "ELIGIBILITY_ANSWER_WORKING_DAYS"
    days = in_force(on=asked_on, codes=(code,)).integer(code)
    check = EligibilityCheck.objects.create(
        dossier=dossier,
        asked_structure=asked_structure(dossier, on=asked_on),
        reference_date=reference_date,
        submitted_at=at,
        due_on=eligibility.due_on(
            asked_on, answer_by=add_working_days(asked_on, days), reference_date=reference_date
        ),
        updated_at=at,
    )
    write_evidence(check, evidence)
    tell("submitted", check, by=by, at=at, reference_date=reference_date)
    return check


def asked_structure(dossier: Dossier, *, on: date) -> Organisation | None:
    """Return who is asked on a day about somebody whom no facilitator follows: those of the commune (DOMAIN.md 4.1)."""
    if Organisation.objects.acting_as(Role.FACILITATOR, on=on).filter(pk=dossier.structure_id).exists():
        return None
    commune = dossier.person.identity.commune_id
    return structure_of_commune(insee=commune, on=on) if commune else None


@transaction.atomic
def complete(
    *, check: EligibilityCheck, evidence: Sequence[Proof], version: int, by: Actor, at: datetime
) -> EligibilityCheck:
    """Replace the documents of a check that nobody has decided; `version` is the one that was read."""
    require_seen(check, by, Permission.EDIT_PEOPLE)
    replace_evidence(check, evidence, version=version, at=at)
    tell("completed", check, by=by, at=at)
    return check


@transaction.atomic
def validate(
    *,
    check: EligibilityCheck,
    evidence: Sequence[Proof] | None = None,
    version: int | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> EligibilityFacts:
    """Say that the person is eligible, when the rules say so, and freeze what was true on the first day.

    `evidence` replaces the documents first. After the first day a `reason` is needed, unless prior validation is
    strict everywhere; a contract that is strict by itself does not count the hours (PRACTICE.md 2).
    """
    require_seen(check, by, Permission.DECIDE_ELIGIBILITY)
    refuse_nir(reason=reason)
    EligibilityCheck.objects.select_for_update().get(pk=check.pk)
    if evidence is not None:
        replace_evidence(check, evidence, version=version, at=at)
    decided_on = paris_day(at)
    check_late(check, decided_on=decided_on, reason=reason)
    verdict = verdict_of(check, decided_on=decided_on)
    if not verdict.is_eligible:
        raise Refused("not_eligible", explained(verdict))
    transitions.move(
        check,
        eligibility.CHECK[CheckAction.VALIDATE],
        by=by,
        at=at,
        decided_at=at,
        decided_by=by.name,
        reason=reason.strip(),
    )
    facts = freeze(check, verdict)
    tell("validated", check, by=by, at=at, reference_date=check.reference_date)
    return facts


def freeze(check: EligibilityCheck, verdict: Verdict) -> EligibilityFacts:
    """Write what was true on the reference date: it names nobody and outlives the identity."""
    person = check.dossier.person
    return EligibilityFacts.objects.create(
        check_of=check,
        person=person,
        reference_date=check.reference_date,
        criteria=list(verdict.criteria),
        primary=verdict.criteria[0],
        sex=person.sex,
        age=age_on(person.identity.birth_date, check.reference_date),
        education=check.dossier.education,
        commune_id=person.identity.commune_id,
        status_proven_on=verdict.proven_on,
    )


@transaction.atomic
def refuse(
    *,
    check: EligibilityCheck,
    refusals: Sequence[Refusal],
    version: int | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> EligibilityCheck:
    """Say that the person is not eligible, and why, in words that those who asked will read.

    `version` is the one whose documents were read.
    """
    require_seen(check, by, Permission.DECIDE_ELIGIBILITY)
    refuse_nir(reason=reason)
    if not refusals:
        raise Refused(
            "refusal_missing", "Un refus dit pourquoi : cochez au moins un motif.", field="refusals"
        )
    ordered = [refusal for refusal in Refusal if refusal in set(refusals)]
    held = EligibilityCheck.objects.select_for_update().get(pk=check.pk)
    if version not in {None, held.version}:
        raise stale(held)
    transitions.move(
        check,
        eligibility.CHECK[CheckAction.REFUSE],
        by=by,
        at=at,
        decided_at=at,
        decided_by=by.name,
        refusals=ordered,
        reason=reason.strip(),
    )
    tell("refused", check, by=by, at=at, reasons=", ".join(refusal.label.lower() for refusal in ordered))
    return check


def drop(*, check: EligibilityCheck, by: Actor, at: datetime) -> None:
    """Take back the question of somebody who asked for a person and changed their mind, if it is still open.

    Inside the transaction of a caller that has checked who acts.
    """
    waiting = EligibilityCheck.objects.filter(pk=check.pk, status=CheckStatus.SUBMITTED)
    if waiting.update(status=CheckStatus.WITHDRAWN, updated_at=at):
        tell("withdrawn", check, by=by, at=at)


@transaction.atomic
def withdraw(*, check: EligibilityCheck, by: Actor, at: datetime) -> EligibilityCheck:
    """Take back a question that nobody has answered. Raises Refused: stale_state, relied_on.

    It stays while somebody at work relies on it: their hours would never count.
    """
    require_own(check.dossier, by, Permission.EDIT_PEOPLE)
    if any(relies(check.pk) for relies in check_reliances):
        raise Refused(
            "relied_on",
            "Une mise à l’emploi attend cette réponse : répondez à la demande, ou faites d’abord annuler la mise à"
            " l’emploi.",
        )
    transitions.move(check, eligibility.CHECK[CheckAction.WITHDRAW], by=by, at=at)
    tell("withdrawn", check, by=by, at=at)
    return check


def require_seen(check: EligibilityCheck, by: Actor, permission: Permission) -> None:
    """Refuse who does not hold the permission, or to whom this check is not asked."""
    require(by, permission)
    if not EligibilityCheck.objects.visible_to(by).filter(pk=check.pk).exists():
        raise Refused("not_visible", OF_ANOTHER)


def replace_evidence(
    check: EligibilityCheck, evidence: Sequence[Proof], *, version: int | None, at: datetime
) -> None:
    """Write these documents instead of the former ones, if nobody decided nor changed them in between."""
    rows = EligibilityCheck.objects.filter(pk=check.pk, status=CheckStatus.SUBMITTED)
    if version is not None:
        rows = rows.filter(version=version)
    if not rows.update(version=F("version") + 1, updated_at=at):
        raise stale(EligibilityCheck.objects.get(pk=check.pk))
    check.refresh_from_db(fields=["version", "updated_at"])
    check.evidence.all().delete()
    write_evidence(check, evidence)


def stale(check: EligibilityCheck) -> Refused:
    """Return the refusal of who decides on a check, as it is now, that changed since it was read."""
    return Refused(
        "stale_version",
        answered(check)
        or "Cette demande a été modifiée entre-temps : rechargez la page pour voir où elle en est.",
    )


def answered(check: EligibilityCheck) -> str:
    """Say who answered a check and when, empty while it waits: « Nadia a déjà répondu le 14/10/2025 : éligible. »."""
    if check.decided_at:
        day = date_short(paris_day(check.decided_at))
        return f"{check.decided_by} a déjà répondu le {day} : {check.get_status_display().lower()}."
    if check.status == CheckStatus.WITHDRAWN:
        return "Cette demande a été retirée."
    return ""


def write_evidence(check: EligibilityCheck, evidence: Sequence[Proof]) -> None:
    """Write the documents; one that expires before its issue is refused."""
    for proof in evidence:
        check_validity(proof.issued_on, proof.valid_until)
    rows = [
        Evidence(
            check_of=check,
            kind=proof.kind,
            criterion=proof.criterion,
            issued_on=proof.issued_on,
            valid_until=proof.valid_until,
            since=proof.since,
            worked_months=proof.worked_months,
        )
        for proof in evidence
    ]
    Evidence.objects.bulk_create(rows)


def check_late(check: EligibilityCheck, *, decided_on: date, reason: str) -> None:
    """Refuse a decision after the first day without a reason, or at all where prior validation is strict."""
    if decided_on <= check.reference_date:
        return
    started_on = date_short(check.reference_date)
    code = "STRICT_PRIOR_VALIDATION"
    if in_force(on=check.reference_date, codes=(code,)).flag(code):
        raise Refused("too_late", f"L’éligibilité se valide avant le premier jour de travail ({started_on}).")
    if not reason.strip():
        raise Refused(
            "late_without_reason",
            f"Le premier jour de travail ({started_on}) est passé : dites pourquoi la validation vient après.",
            field="reason",
        )


def explained(verdict: Verdict) -> str:
    """Return one sentence per thing that lacks."""
    sentences = [judgement.sentence for judgement in verdict.judgements if not judgement.is_met]
    reasons = [f"{refusal.label}." for refusal in verdict.refusals]
    return " ".join(sentences or reasons)


def tell(what: str, check: EligibilityCheck, *, by: Actor, at: datetime, **data: object) -> None:
    """Write the event on the timelines of the check, the dossier and the person."""
    subjects = [check, check.dossier, check.dossier.person]
    audit.record(code=f"eligibility.{what}", subjects=subjects, by=by, at=at, **data)
