"""Words about matching."""

READINGS = {"candidates.listed": "a vu le nom parmi les candidats possibles d’un besoin"}
"""What is said of each reading."""
