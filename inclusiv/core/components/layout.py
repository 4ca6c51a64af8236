"""The frame of a page: header, way back, panels, notices, empty places, pairs of label and value."""

from collections.abc import Iterable
from typing import Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString

from inclusiv.core.components.checks import component, render
from inclusiv.core.components.icons import icon as draw
from inclusiv.core.components.screens import Crumb

NOTICE_ICONS = {"info": "info", "success": "circle-check", "warn": "alert", "error": "alert"}


@component
def slot(content: str) -> SafeString:
    """Keep a piece of page for the parameter of a component.

    `{% slot as actions %}{% link_button … %}{% endslot %}{% panel title="Lots" actions=actions %}…{% endpanel %}`
    """
    return SafeString(content.strip())


@component
def breadcrumb(*, trail: Iterable[Crumb]) -> SafeString:
    """Show the way to the page; the last crumb is the page itself and has no address.

    `{% breadcrumb trail=trail %}` with `[Crumb(label="Marchés", url="/marches/"), Crumb(label="2025-014")]`
    """
    return render("breadcrumb", trail=trail)


@component
def page_header(content: str, *, title: str, subtitle: str = "", overline: str = "") -> SafeString:
    """Open a page: its only h1, a subtitle, an overline (what the record is), and its buttons as the block.

    `{% page_header title="Mes marchés" subtitle="8 marchés suivis" %}{% link_button … %}{% endpage_header %}`
    """
    return render("page_header", content=content, title=title, subtitle=subtitle, overline=overline)


@component
def panel(
    content: str,
    *,
    title: str,
    level: int = 2,
    anchor: str = "",
    actions: str = "",
    flush: bool = False,
) -> SafeString:
    """Frame a part of the page under a heading; `actions` (see `slot`) stands at the right of the heading,
    `anchor` is the id to jump to.

    `flush` lets a table touch the edges. `{% panel title="En poste" flush=True %}…{% endpanel %}`
    """
    return render(
        "panel", content=content, title=title, level=level, anchor=anchor, actions=actions, flush=flush
    )


@component
def warm_panel(content: str, *, title: str, anchor: str = "") -> SafeString:
    """Frame what is awaited from the reader: the only use of the warm colour. Its block is `awaited` items.

    `{% warm_panel title="On attend de vous (3)" %}{% awaited … %}{% endwarm_panel %}`
    """
    return render("warm_panel", content=content, title=title, anchor=anchor)


@component
def awaited(
    *, what: str, href: str, action: str = "Répondre", where: str = "", detail: str = ""
) -> SafeString:
    """Show one awaited act of `warm_panel`: what, on which record, since when, and the button.

    `{% awaited what="Indiquer le titulaire du lot 2" where=tender detail="attendu depuis 34 j" href=url %}`
    """
    return render("awaited", what=what, href=href, action=action, where=where, detail=detail)


@component
def notice(
    content: str, *, kind: Literal["info", "success", "warn", "error"] = "info", title: str = ""
) -> SafeString:
    """Say something about the page, in a colour, with an icon and words.

    `{% notice kind="warn" title="Données reprises" %}Ces heures viennent d’un tableau.{% endnotice %}`
    """
    return format_html(
        '<div class="notice notice-{}">{}<div>{}{}</div></div>',
        kind,
        draw(name=NOTICE_ICONS[kind]),
        format_html('<p class="notice-title">{}</p>', title) if title else "",
        content,
    )


@component
def empty_state(content: str, *, title: str, text: str = "") -> SafeString:
    """Fill a place where there is nothing yet: what will be here, what to do first; the block is the button.

    `{% empty_state title="Aucun relevé" text="Ils arriveront…" %}{% link_button … %}{% endempty_state %}`
    """
    return render("empty_state", content=content, title=title, text=text)


@component
def definition_list(content: str, *, columns: int = 2) -> SafeString:
    """Lay out pairs of label and value, on one to three columns.

    `{% definition_list %}{% definition label="Titulaire" %}{{ lot.contractor }}{% enddefinition %}{% enddefinition_list %}`
    """
    return format_html('<dl class="pairs pairs-{}">{}</dl>', str(columns), content)


@component
def definition(content: str, *, label: str, wide: bool = False) -> SafeString:
    """Show one pair of `definition_list`; an empty value reads « non renseigné ». `wide` takes the whole row."""
    return format_html(
        '<div class="{}"><dt>{}</dt><dd>{}</dd></div>',
        "pair pair-wide" if wide else "pair",
        label,
        content if content.strip() else format_html('<span class="muted">{}</span>', "non renseigné"),
    )


@component
def contact_card(*, role: str, name: str, phone: str = "", email: str = "") -> SafeString:
    """Show who to call: role, name, telephone and address as links.

    `{% contact_card role="Votre facilitatrice des clauses sociales" name="Nadia K." phone="06 00 00 00 10" %}`
    """
    dialled = "".join(character for character in phone if character.isdigit() or character == "+")
    return render("contact_card", role=role, name=name, phone=phone, dialled=dialled, email=email)
