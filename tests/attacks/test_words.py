"""Words that look like something else: a day that does not exist, a code, a field of a sentence."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.attacks.conftest import Attacker
from tests.world import World


@pytest.mark.parametrize("post", ["2025-13-45", "0000-00-00", "٢٠٢٥-١١-٠١", "{number}"])
def test_to_break_the_story_of_a_tender_for_good_by_a_post_that_looks_like_a_day(
    world: World, browser: Attacker, post: str
) -> None:
    """The story tells days in French: what a company typed is not a day, and the story is never corrected."""
    form = {
        "submission": str(uuid4()),
        "post": post,
        "headcount": "1",
        "starts_on": "2025-11-10",
        "modality": "DIRECT_HIRE_CDD",
        "weekly_hours": "35",
    }
    asked = browser.acting(world.cast.contractor).post(
        reverse("placements:ask", args=[world.own.award.pk]), form
    )
    assert asked.status_code == 302
    tender, need = reverse("procurement:tender", args=[world.own.tender.pk]), asked.url
    for actor, address in (
        (world.cast.facilitator, tender),
        (world.cast.buyer, tender),
        (world.cast.facilitator, reverse("accounts:organisation", args=[world.own.contractor.pk])),
        (world.cast.contractor, need),
    ):
        page = browser.acting(actor).get(address)
        assert page.status_code == 200
        assert post in page.said
