"""Verbs about putting people to work, one module per noun."""
