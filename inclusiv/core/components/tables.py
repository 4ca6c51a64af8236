"""Tables: one written by hand in a template, and the list that `inclusiv.core.listing` prepares."""

from typing import Literal

from django.utils.safestring import SafeString

from inclusiv.core.components.checks import component, render
from inclusiv.core.components.screens import ListPage


@component
def data_table(
    content: str, *, caption: str, layout: Literal["scroll", "stack"] = "scroll", caption_shown: bool = False
) -> SafeString:
    """Frame a table written by hand: the block is its thead, tbody, tfoot; cells of numbers have class `num`.

    On a phone `scroll` lets it slide inside a region that takes the focus; `stack` makes each row a card: every cell
    then carries `data-label`, and the caption names the table in both cases.
    `{% data_table caption="Lots du marché" %}<thead>…</thead><tbody>…</tbody>{% enddata_table %}`
    """
    return render("data_table", content=content, caption=caption, layout=layout, caption_shown=caption_shown)


@component
def sort_header(
    *,
    label: str,
    href: str,
    direction: Literal["", "ascending", "descending"] = "",
    numeric: bool = False,
    target: str = "",
) -> SafeString:
    """Draw the heading of a column that can be sorted: a link, the arrow of the current order.

    With `target`, htmx replaces that part of the page by the answer.

    `{% sort_header label="Notifié le" href="?tri=-notifie" direction="ascending" %}`
    """
    return render("sort_header", label=label, href=href, direction=direction, numeric=numeric, target=target)


@component
def list_panel(*, listing: ListPage, title: str = "") -> SafeString:
    """Show a list prepared by `Listing.answer`: search, filters, count, exports, table, pages.

    `{% list_panel listing=listing title="En cours" %}`
    """
    return render("list_panel", listing=listing, title=title)
