"""Verbs of the spotted contracts, one module per noun."""
