"""Verbs of hours, one module per noun."""
