"""A mail as people read it: the name of the record, what is expected, and one link to do it (USERS.md, complaint 10)."""

from dataclasses import dataclass

from django.template.loader import render_to_string


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

    def text(self) -> str:
        """Return the plain version."""
        return render_to_string("emails/message.txt", {"message": self})

    def html(self) -> str:
        """Return the same, drawn."""
        return render_to_string("emails/message.html", {"message": self})
