"""Reads of the texts."""
