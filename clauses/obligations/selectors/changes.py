"""What can be read of the changes of a clause, among those of its tender."""

from clauses.obligations.models import SocialClause
from clauses.procurement.selectors.tenders import of_lots
from inclusiv.core.changes import Source

CHANGES = Source(model=SocialClause, of=of_lots, name=lambda named: f"Clause : {named('lot')}")
"""The clauses, among the changes of their tender."""
