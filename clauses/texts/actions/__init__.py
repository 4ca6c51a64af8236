"""Verbs of the texts."""
