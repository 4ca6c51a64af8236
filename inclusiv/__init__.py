"""Inclusiv: social clauses in procurement, owed, done and compared."""

from inclusiv.celery import app as celery_app

__all__ = ["celery_app"]
