"""Verbs of procurement, one module per noun."""
