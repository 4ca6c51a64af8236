"""Pure rules of hours: what may be declared, what counts, and how the ledger is chained."""
