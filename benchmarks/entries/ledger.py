"""The ledger: verifying every chain, against a plain loop over the same rows."""

from collections.abc import Mapping
from hashlib import sha256
from itertools import groupby

from benchmarks.ground import Ground, rows_of
from benchmarks.measures import Measure, Sides
from beneficiaries.hours.selectors import ledger

Found = tuple[list[str], int]
"""What is wrong, and how many entries were read."""

ROWS = """
SELECT award_id, prev_hash, hash, concat_ws('|', line_id, placement_id, obligation_id, month, worked_from, worked_to,
    kind, worked, counted, coalesce(reverses_id::text, ''), origin, rules_version,
    to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), coalesce(recorded_by::text, ''))
FROM hours_hourentry ORDER BY award_id, seq
"""
HEADS = "SELECT id, ledger_hash FROM procurement_award WHERE ledger_seq > 0 ORDER BY id"
SEAL = "SELECT to_char(day, 'YYYY-MM-DD'), last_entry, entries, hash FROM hours_ledgerseal"
"""The ground has one seal, over every entry."""


def ours() -> Found:
    """Do what `manage.py verify_ledger` does."""
    return [finding.message for finding in ledger.verify()], ledger.extent(after=0)[0]


def by_hand() -> Found:
    """Hash every entry here, one after the other, then what the seal says of the last ones."""
    rows = rows_of(ROWS)
    heads: dict[int, str] = dict(rows_of(HEADS))
    last: dict[int, tuple[int, str]] = {}
    wrong = []
    for award, chain in groupby(rows, key=lambda row: row[0]):
        head = ""
        for seq, (_, before, kept, said) in enumerate(chain, start=1):
            found = sha256(f"1|{award}|{seq}|{head}|{said}".encode()).hexdigest()
            if (found, head) != (kept, before or ""):
                wrong.append(f"{award}, {seq}")
            head = kept
            last[award] = seq, head
    wrong += [
        f"{award}, head" for award in last.keys() | heads if heads.get(award) != last.get(award, (0, ""))[1]
    ]
    if seal_of(last) != rows_of(SEAL)[0][3]:
        wrong.append("seal")
    return wrong, len(rows)


def seal_of(heads: Mapping[int, tuple[int, str]]) -> str:
    """Return the hash of the seal that closes over these heads, in the order of awards."""
    day, last_entry, entries, _ = rows_of(SEAL)[0]
    digest = sha256(f"1||{day}|{last_entry}|{entries}\n".encode())
    for award, (seq, head) in heads.items():
        digest.update(f"{award}|{seq}|{head}\n".encode())
    return digest.hexdigest()


def sides(_ground: Ground) -> Sides[Found]:
    """Both find nothing wrong, in as many entries."""
    return Sides(subject=ours, reference=by_hand)


VERIFY = Measure(
    name="ledger-verify",
    limit=2.5,
    subject="chains, heads and seals verified",
    reference="a loop of hashlib over the same entries",
    sides=sides,
)
