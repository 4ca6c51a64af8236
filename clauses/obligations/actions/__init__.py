"""Verbs of what is owed, one module per noun."""
