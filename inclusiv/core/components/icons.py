"""A few icons, drawn for Inclusiv on a 16 × 16 grid: strokes take the colour of the text around them."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from inclusiv.core.components.checks import component

SHAPES = {
    "alert": "M8 5v4M8 11.6v.1M8 1.8 14.8 13.8H1.2z",
    "arrow-down": "M8 3v9.5M4.2 8.8 8 12.6l3.8-3.8",
    "arrow-up": "M8 13V3.5M4.2 7.2 8 3.4l3.8 3.8",
    "check": "M2.8 8.6 6.4 12.2 13.4 4.4",
    "chevron": "M6 3.2 10.8 8 6 12.8",
    "circle-check": "M5 8.3 7.2 10.5 11.2 5.9M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0z",
    "cross": "M3.6 3.6 12.4 12.4M12.4 3.6 3.6 12.4",
    "download": "M8 2v8M4.6 6.8 8 10.2l3.4-3.4M2.4 13.6h11.2",
    "file": "M3.4 1.8h5.8l3.4 3.4v9H3.4zM9 2v3.6h3.4",
    "info": "M8 7.4v4M8 4.7v.1M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0z",
    "menu": "M2.4 4h11.2M2.4 8h11.2M2.4 12h11.2",
    "next": "M3 8h9.4M8.8 4.2 12.6 8l-3.8 3.8",
    "phone": "M3.2 2.2h2.6l1.2 3-1.6 1.2a8 8 0 0 0 4.2 4.2l1.2-1.6 3 1.2v2.6c0 .6-.4 1-1 1A10.6 10.6 0 0 1 2.2 3.2c0-.6.4-1 1-1z",
    "previous": "M13 8H3.6M7.2 4.2 3.4 8l3.8 3.8",
    "search": "M11.8 7A4.8 4.8 0 1 1 2.2 7a4.8 4.8 0 0 1 9.6 0zM10.6 10.6 14 14",
    "mail": "M1.8 3.4h12.4v9.2H1.8zM2 3.8 8 8.6l6-4.8",
}


@component
def icon(*, name: str) -> SafeString:
    """Draw an icon that says nothing by itself: a word always stands beside it.

    `{% icon name="search" %}`
    """
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">'
        '<path d="{}" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"'
        ' stroke-linejoin="round"/></svg>',
        SHAPES[name],
    )
