"""The head of an award's ledger, which moves with each writing of hours (ARCHITECTURE.md 4.5)."""

from collections.abc import Collection, Mapping

from clauses.procurement.models import Award


def lock(award_ids: Collection[int]) -> dict[int, Award]:
    """Lock the awards in the order of their ids, until the transaction ends, and return them by id.

    Their rows stay free for those who only point at them: who declares a month while another one is controlled holds
    the people, whom the control needs next.
    """
    locked = (
        Award.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=award_ids).order_by("pk")
    )
    return {award.pk: award for award in locked}


def advance(heads: Mapping[Award, tuple[int, str]]) -> None:
    """Write the new head (rank, hash) of each locked award, in one query."""
    for award, (seq, hash_) in heads.items():
        award.ledger_seq, award.ledger_hash = seq, hash_
    Award.objects.bulk_update(heads, ["ledger_seq", "ledger_hash"])
