"""What two fillings of a database have in common when they draw the same: every fact, by its natural name.

Ids, random codes and ciphertexts are left out: the database and the operating system choose them. So are the hashes of
the ledger, which name ids, and the order in which one statement's entries came.
"""

from collections.abc import Iterable
from hashlib import sha256

from beneficiaries.hours.models import HourEntry, Statement
from beneficiaries.people.models import EligibilityCheck, EligibilityFacts, Evidence, PersonIdentity
from beneficiaries.placements.models import JobRequest, Placement
from clauses.obligations.models import ObligationVersion, SocialClause
from clauses.procurement.models import GroupMember, LotParticipant, Tender
from inclusiv.accounts.models import Membership, TerritoryAssignment
from inclusiv.records.models import AuditEvent

PERSON = ("last_name", "first_name", "birth_date")
TENDER = ("buyer__name", "reference")


def at(path: str, fields: Iterable[str]) -> list[str]:
    """Return the fields of the object at a path."""
    return [f"{path}__{field}" for field in fields]


FACTS = {
    Membership: ["user__email", "capacity__organisation__siret", "capacity__role"],
    TerritoryAssignment: ["territory__name", "commune"],
    Tender: [
        *TENDER,
        "structure__name",
        "title",
        "place",
        "estimated_amount",
        "starts_on",
        "ends_on",
        "status",
    ],
    SocialClause: [*at("lot__tender", TENDER), "lot__number", "lot__sector", "quantity", "sizing__amount"],
    GroupMember: [
        *at("award__lot__tender", TENDER),
        "award__lot__number",
        "organisation__name",
        "hours_share",
    ],
    LotParticipant: [*at("lot__tender", TENDER), "lot__number", "organisation__name", "starts_on"],
    ObligationVersion: [*at("obligation__lot__tender", TENDER), "obligation__lot__number", "quantity"],
    PersonIdentity: [*PERSON, "commune", "person__sex", "person__dossiers__structure__name"],
    EligibilityCheck: [*at("dossier__person__identity", PERSON), "reference_date", "status", "due_on"],
    EligibilityFacts: [*at("person__identity", PERSON), "reference_date", "criteria", "age", "education"],
    Evidence: [*at("check_of__dossier__person__identity", PERSON), "kind", "issued_on", "valid_until"],
    JobRequest: [*at("award__lot__tender", TENDER), "kind", "post", "headcount", "starts_on"],
    Placement: [
        *at("award__lot__tender", TENDER),
        *at("person__identity", PERSON),
        "employer__name",
        "modality",
        "hired_on",
        "ended_on",
        "status",
    ],
    Statement: [*at("award__lot__tender", TENDER), "declarant__name", "month", "status", "submitted_at"],
    HourEntry: [
        *at("award__lot__tender", TENDER),
        *at("placement__person__identity", PERSON),
        "month",
        "kind",
        "worked_from",
        "worked_to",
        "counted",
        "recorded_at",
    ],
    AuditEvent: ["code", "at", "organisation", "data"],
}
"""The main tables, and what is compared of their rows."""


def fingerprint() -> dict[str, tuple[int, str]]:
    """Return for each main table its number of rows and the SHA-256 of their facts, in no order."""
    found = {}
    for model, fields in FACTS.items():
        rows = sorted(map(repr, model._default_manager.order_by().values_list(*fields)))
        found[model.__name__] = len(rows), sha256("\n".join(rows).encode()).hexdigest()
    return found
