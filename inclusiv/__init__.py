"""Inclusiv: social clauses in procurement, owed, done and compared."""
