"""What one presses: buttons, links that look like buttons, the choices of a phone page, the bar at the bottom."""

from collections.abc import Iterable
from typing import Any, Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from inclusiv.core.components.checks import component, render
from inclusiv.core.components.icons import icon as draw
from inclusiv.core.components.screens import Tab

Variant = Literal["primary", "secondary", "ghost", "danger"]


@component
def button(
    *,
    label: str,
    variant: Variant = "primary",
    name: str = "",
    value: str = "",
    form: str = "",
    about: str = "",
) -> SafeString:
    """Draw the button that submits its form, or the form whose id is given. One primary button a screen.

    `about` completes the label for those who hear it: « Relancer » (the structure's name).
    `{% button label="Valider les heures" name="decision" value="validate" %}`
    """
    return format_html(
        '<button type="submit" class="btn btn-{}"{}{}{}>{}{}</button>',
        variant,
        _attribute("name", name),
        _attribute("value", value),
        _attribute("form", form),
        label,
        _for_ears(about),
    )


@component
def link_button(
    *,
    label: str,
    href: str,
    variant: Variant = "secondary",
    icon: str = "",
    about: str = "",
    download: bool = False,
    dialog: bool = False,
) -> SafeString:
    """Draw a link that looks like a button; `about` completes the label for those who hear it.

    With `dialog`, the target is a page that holds a `confirm`: shown above the current page when scripts run.
    `{% link_button label="Contrôler" href=url about=statement.company %}`
    """
    return format_html(
        '<a class="btn btn-{}" href="{}"{}{}>{}{}{}</a>',
        variant,
        href,
        mark_safe(" download") if download else "",
        mark_safe(" data-dialog") if dialog else "",
        draw(name=icon) if icon else "",
        label,
        _for_ears(about),
    )


@component
def action_links(content: str) -> SafeString:
    """Stack the few things that can be done here, the first one being the most awaited.

    `{% action_links %}{% action_link … %}{% action_link … %}{% endaction_links %}`
    """
    return format_html('<ul class="action-links">{}</ul>', content)


@component
def action_link(*, label: str, href: str, detail: str = "", primary: bool = False) -> SafeString:
    """Draw one large choice of `action_links`, with a short detail under it.

    `{% action_link label="Déclarer les heures de mars" detail="avant le 12 avril" href=url primary=True %}`
    """
    return format_html(
        '<li><a class="btn btn-{} action-link" href="{}"><span>{}{}</span>{}</a></li>',
        "primary" if primary else "secondary",
        href,
        label,
        format_html("<small>{}</small>", detail) if detail else "",
        draw(name="chevron"),
    )


@component
def action_bar(content: str, *, label: str = "Actions") -> SafeString:
    """Keep buttons at the bottom of the window. One per page.

    `{% action_bar %}{% link_button label="Noter un échange" href=url %}{% endaction_bar %}`
    """
    return format_html('<section class="action-bar" aria-label="{}">{}</section>', label, content)


@component
def confirm(
    context: Any,
    content: str,
    *,
    title: str,
    action: str,
    button: str,
    back: str,
    danger: bool = False,
    level: int = 1,
) -> SafeString:
    """Ask before an act that is hard to undo: what will happen (the block), the button, the way back.

    It is the content of a plain page, heading included; a link with `data-dialog` shows the same above the page where one is.
    `{% confirm title="Retirer le lot 2 ?" action=url button="Retirer le lot" back=lot_url danger=True %}…{% endconfirm %}`
    """
    return render(
        "confirm",
        content=content,
        title=title,
        action=action,
        button=button,
        back=back,
        variant="danger" if danger else "primary",
        level=level,
        csrf_token=context.get("csrf_token", ""),
    )


@component
def tabs(*, label: str, items: Iterable[Tab]) -> SafeString:
    """Draw the views of one record as links, each with its own address; the current one is marked.

    `{% tabs label="Ce marché" items=tabs %}` with `[Tab(label="Lots", url="…", current=True, count=3), …]`
    """
    return render("tabs", label=label, items=items)


@component
def segmented(*, label: str, items: Iterable[Tab]) -> SafeString:
    """Draw two to four ways of reading the same list: « Moi · Mon équipe · Remplacement ».

    `{% segmented label="À qui sont ces actions" items=scopes %}`
    """
    return render("segmented", label=label, items=items)


@component
def search_box(
    *, action: str, label: str, name: str = "q", value: str = "", hint: str = "", prominent: bool = False
) -> SafeString:
    """Draw a search that leads to another page; its label is read aloud, `hint` is what one may type.

    `{% search_box action=search_url label="Rechercher" hint="Une personne, une entreprise, un marché…" %}`
    """
    return render(
        "search_box", action=action, label=label, name=name, value=value, hint=hint, prominent=prominent
    )


def _attribute(name: str, value: str) -> SafeString:
    return format_html(' {}="{}"', name, value) if value else SafeString("")


def _for_ears(text: str) -> SafeString:
    return format_html('<span class="visually-hidden"> : {}</span>', text) if text else SafeString("")
