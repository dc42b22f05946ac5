"""M1: whatever is somebody else's answers as if it had never been, wherever its id may stand."""

from collections.abc import Iterator

import pytest

from . import elsewhere
from .client import Answer
from .ids import HUGE, MALFORMED, RAW, near
from .places import Place, in_paths
from .world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLACES = [*in_paths(), *elsewhere.places()]
BUSIEST = ("codes", "access_tokens", "refresh_tokens")
"""Where an alarm leaves its traces."""


@pytest.mark.parametrize("place", PLACES, ids=str)
async def test_m1_somebody_elses_is_as_if_it_had_never_been(world: World, place: Place):
    before = await world.snapshot()
    never = place.never(world)
    expected = (await place.ask(world, never)).without(never)
    assert expected[0] == place.refused, expected
    wrong = {}
    for whose, value in place.others(world).items():
        answer = (await place.ask(world, value)).without(value)
        if answer != expected:
            wrong[whose] = answer
    assert wrong == {}
    assert _changed(before, await world.snapshot(), place) == []


@pytest.mark.parametrize("place", PLACES, ids=str)
async def test_m1_junk_is_refused_like_any_other_unknown_id(world: World, place: Place):
    before = await world.snapshot()
    wrong = {}
    for value in _junk(world, place):
        answer: Answer = await place.ask(world, value)
        if answer.status not in place.junk:
            wrong[value[:80]] = answer.status
    assert wrong == {}
    assert _changed(before, await world.snapshot(), place) == []


@pytest.mark.parametrize("place", PLACES, ids=str)
async def test_m1_ones_own_is_answered_otherwise(world: World, place: Place):
    """Without this the matrix would pass on a house where every door is bricked up."""
    never = place.never(world)
    refused = (await place.ask(world, never)).without(never)
    answer = await place.own(world)
    assert answer.status < 500
    assert answer.without() != refused


def _junk(world: World, place: Place) -> Iterator[str]:
    yield from MALFORMED
    yield from HUGE
    for value in [*place.others(world).values()][:1]:
        yield from near(value)
    if "path" in place.where:
        yield from RAW


def _changed(before: frozenset[str], after: frozenset[str], place: Place) -> list[str]:
    lost = sorted(before - after)
    return [row for row in lost if not (place.alarms and row.startswith(BUSIEST))]
