"""Verbs of the matching, one module per noun."""
