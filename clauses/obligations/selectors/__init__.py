"""Reads about what is owed."""
