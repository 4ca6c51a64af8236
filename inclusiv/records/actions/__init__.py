"""Verbs of the traces, one module per noun."""
