"""Many requests for an access: seen after the people, chosen and refused by keyboard, with scripts or without."""

import pytest
from django.urls import reverse
from django.utils import timezone

from inclusiv.accounts.models import JoinRequest
from inclusiv.core.actors import Role
from tests.conftest import Cast
from tests.journeys.conftest import Doors


@pytest.mark.parametrize(("width", "scripts"), [(390, True), (1320, False)])
def test_several_requests_are_refused_by_keyboard(
    doors: Doors, cast: Cast, width: int, scripts: bool
) -> None:
    JoinRequest.objects.bulk_create(
        JoinRequest(
            email=f"{rank}@exemple.fr", name=f"Personne {rank}", organisation=cast.builder, role=Role.CONTRACTOR,
            told_siret=cast.builder.siret or "", told_name=cast.builder.name, asked_at=timezone.now(),
        )
        for rank in range(30)
    )  # fmt: skip
    visitor = doors.acting(cast.facilitator, width=width, scripts=scripts)
    visitor.go(reverse("accounts:team"))
    visitor.press("Page suivante", role="link")
    visitor.page.get_by_role("checkbox", name="Personne 25").wait_for()
    for name in ("Personne 27", "Personne 29"):
        visitor.page.get_by_role("checkbox", name=name).press("Space")
    visitor.page.get_by_role("button", name="Refuser la sélection").press("Enter")
    visitor.page.get_by_text("demandes d’accès sont refusées").wait_for()
    visitor.check()
    left = set(JoinRequest.objects.waiting().values_list("name", flat=True))
    assert left == {f"Personne {rank}" for rank in range(30)} - {"Personne 27", "Personne 29"}
