"""Migrations of the follow-up."""
