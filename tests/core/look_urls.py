"""The platform's addresses, and one list to walk through."""

from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path

from inclusiv.core.access import public
from inclusiv.urls import urlpatterns as pages
from tests.core.test_listing import GROUPS


@public
def groups(request: HttpRequest) -> HttpResponseBase:
    """Show a real list."""
    return GROUPS.answer(request, Group.objects.all())


urlpatterns = [path("groupes/", groups), *pages]
