"""The world stands on the platform of today."""

from pathlib import Path

import time_machine

from inclusiv.core.actors import Role
from tests.world import NOW, make_world


def test_the_world_has_three_places(storage: Path, db: None) -> None:
    with time_machine.travel(NOW, tick=False):
        world = make_world()
    assert set(world.actors()) == set(Role)
    assert len({side.tender.pk for side in (world.own, world.other, world.elsewhere)}) == 3
    assert len({side.statement.pk for side in (world.own, world.other, world.elsewhere)}) == 3
