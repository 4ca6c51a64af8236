"""Entry point of the web server."""

import os
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inclusiv.settings.production")


class Request(WSGIRequest):
    """A request whose body is of no kind that we read when its header cannot be: Django stops on it before any page."""

    def __init__(self, environ: dict[str, Any]) -> None:
        try:
            super().__init__(environ)
        except ValueError:
            super().__init__(environ | {"CONTENT_TYPE": ""})


application = get_wsgi_application()
application.request_class = Request
