"""Reads of the indicators, one module per subject."""
