"""Screens of what is owed."""
