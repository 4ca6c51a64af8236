"""Reads about tenders."""
