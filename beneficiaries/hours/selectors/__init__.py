"""Reads of hours, one module per subject."""
