"""Verbs about people, one module per noun."""
