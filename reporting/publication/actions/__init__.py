"""Verbs of the reports, one module per noun."""
