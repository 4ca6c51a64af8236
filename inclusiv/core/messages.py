"""A mail as people read it: the name of the record, what is expected, and one link to do it (USERS.md, complaint 10)."""

import re
from dataclasses import dataclass, replace

from django.conf import settings
from django.template.loader import render_to_string

SITE = re.compile(r"(?:\b\w+://|\bwww\.)\S+", re.IGNORECASE)
REMOVED = "[adresse retirée]"


def without_sites(text: str) -> str:
    """Return a text without the addresses of other sites."""
    return SITE.sub(
        lambda found: found[0] if found[0].startswith(f"{settings.PUBLIC_URL}/") else REMOVED, text
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A numbered step of a mail, with the link that helps to take it (a page, or « tel: »)."""

    text: str
    url: str = ""
    label: str = ""

    @property
    def is_page(self) -> bool:
        """Whether the link opens a page: a telephone number is already in the text."""
        return self.url.startswith("http")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A mail before it is drawn: plain sentences, numbered steps, and at most one button. `url` is absolute."""

    subject: str
    paragraphs: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    action: str = ""
    url: str = ""

    def leading_nowhere_else(self) -> "Message":
        """Return it without the addresses of other sites in its words: they quote what people typed, and we sign them."""
        return replace(
            self,
            subject=without_sites(self.subject),
            paragraphs=tuple(map(without_sites, self.paragraphs)),
            steps=tuple(replace(step, text=without_sites(step.text)) for step in self.steps),
        )

    def text(self) -> str:
        """Return the plain version."""
        return render_to_string("emails/message.txt", {"message": self})

    def html(self) -> str:
        """Return the same, drawn."""
        return render_to_string("emails/message.html", {"message": self})
