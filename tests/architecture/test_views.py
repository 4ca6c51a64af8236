"""Every view says who may open it, and reaches rows only through `visible_to`."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(settings.BASE_DIR)
OURS = ("inclusiv", "clauses", "beneficiaries", "reporting")


def patterns(entries: list[Any]) -> Iterator[URLPattern]:
    for entry in entries:
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns)
        else:
            yield entry


def unwrapped(view: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    yield view
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
        yield view


def says_who(view: Callable[..., Any]) -> bool:
    return any(hasattr(layer, "permissions") or hasattr(layer, "is_public") for layer in unwrapped(view))


def naked(entries: list[Any]) -> list[str]:
    ours = [entry for entry in patterns(entries) if entry.callback.__module__.startswith(OURS)]
    return [str(entry.pattern) for entry in ours if not says_who(entry.callback)]


def test_every_view_declares_who_may_open_it() -> None:
    assert naked(get_resolver().url_patterns) == []


def test_guard_sees_a_view_without_permission() -> None:
    def forgotten(request: Any) -> None: ...

    forgotten.__module__ = "clauses.procurement.views"
    assert naked([URLPattern(get_resolver().pattern, forgotten)]) != []


def unscoped_reads(source: str) -> list[int]:
    """Return the lines that use `.objects` without `.visible_to(` or a manager that begins a narrowing of one's own."""
    tree = ast.parse(source)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "objects" and not is_scoped(node, parents)
    ]


def is_scoped(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    parent = parents.get(node)
    return isinstance(parent, ast.Attribute) and parent.attr in {"visible_to", "live"}


def view_modules() -> list[Path]:
    return [
        path
        for top in OURS
        for path in (ROOT / top).rglob("*.py")
        if path.stem == "views" or path.parent.name == "views"
    ]


def test_views_reach_rows_only_through_visible_to() -> None:
    found = {str(path.relative_to(ROOT)): unscoped_reads(path.read_text()) for path in view_modules()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_guard_sees_an_unscoped_read() -> None:
    assert unscoped_reads("Tender.objects.get(pk=1)") == [1]
    assert unscoped_reads("Tender.objects.visible_to(actor).get(pk=1)") == []
