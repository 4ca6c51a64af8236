"""The pieces that every page is made of: plain functions that return safe HTML.

Templates use them as tags (`inclusiv.core.templatetags.components`), Python code calls them directly, for instance
in the cells of a list. Parameters are keyword-only and checked: see `inclusiv.core.components.checks`.
"""
