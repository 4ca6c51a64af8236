"""Give a stored file to somebody who may read it: the owner's view loads its parent by `visible_to`, then calls this."""

from io import BytesIO
from typing import Protocol

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404

from inclusiv.core.fields import cipher


class Stored(Protocol):
    """What is needed of a stored file."""

    name: str
    content_type: str
    is_sealed: bool

    @property
    def path(self) -> str:
        """Place of the content in the storage."""


def serve(stored: Stored) -> FileResponse:
    """Answer the file as an attachment, under its own name; 404 when its content is gone."""
    try:
        content = BytesIO(read(stored)) if stored.is_sealed else default_storage.open(stored.path)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def read(stored: Stored) -> bytes:
    """Return the whole content of a stored file, opened if it is sealed. Raises FileNotFoundError when it is gone."""
    with default_storage.open(stored.path) as file:
        content = bytes(file.read())
    return cipher().decrypt(content) if stored.is_sealed else content
