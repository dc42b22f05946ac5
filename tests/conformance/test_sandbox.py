"""The connector in the sandbox's world, with the services' habits switched on one by one."""

from collections.abc import AsyncIterator, Callable
from datetime import date

import pytest

from daygate.kit.outbound import Outbound
from daygate.providers import faults
from daygate.providers.base import ProviderSpec
from daygate.providers.catalog import catalog
from daygate.sandbox.faults import BadToken, Faults, Prefixes
from daygate.sandbox.seed import build_world
from daygate.sandbox.world import World
from tests.conformance.conftest import House
from tests.servers.dav import event
from tests.servers.sandbox import sandbox

WORK = "/dav/calendars/ada/work/"


@pytest.fixture
def world() -> World:
    return build_world(date(2026, 11, 25), epoch="test")


@pytest.fixture
async def url(world: World) -> AsyncIterator[str]:
    async with sandbox(world) as running:
        yield running


@pytest.fixture
def spec(url: str, outbound: Outbound) -> ProviderSpec:
    found = catalog(outbound, sandbox_url=url, dev=True).by_key("sandbox")
    assert found is not None
    return found


def typed(world: World, user: str = "ada") -> dict[str, str]:
    return {"user": user, "password": world.app_password(user)}


async def opened(spec: ProviderSpec, world: World) -> House:
    return House(spec, await spec.door.finish(typed(world)), WORK)


def _prefixes(prefixes: Prefixes) -> Callable[[Faults], None]:
    def switch(world_faults: Faults) -> None:
        world_faults.shape.prefixes = prefixes

    return switch


def _shape(name: str, value: object = True) -> Callable[[Faults], None]:
    return lambda world_faults: setattr(world_faults.shape, name, value)


def _sync(name: str, value: object = True) -> Callable[[Faults], None]:
    return lambda world_faults: setattr(world_faults.sync, name, value)


HABITS: dict[str, Callable[[Faults], None]] = {
    "none": lambda world_faults: None,
    "default namespace": _prefixes(Prefixes.DEFAULT),
    "numbered prefixes": _prefixes(Prefixes.NUMBERED),
    "cdata": _shape("cdata"),
    "404 propstat first": _shape("missing_first"),
    "absolute hrefs": _shape("absolute_hrefs"),
    "depth 0 on principals": _shape("principal_depth_0_only"),
    "terse calendars": _shape("terse_calendars"),
    "no sync": _sync("offered", False),
    "no ctag": _sync("ctag", False),
    "silent about dead tokens": _sync("bad_token", BadToken.SILENT),
    "pages of two": _sync("page", 2),
    "limit without 507": _sync("limit_without_507"),
    "limit refused": _sync("limit_refused"),
    "418 for removed": _sync("removed_status", 418),
    "lists itself": _sync("lists_itself"),
    "old tombstones": _sync("tombstones_at_first"),
    "depth 0 only": _sync("depths", frozenset({"0"})),
    "depth 1 only": _sync("depths", frozenset({"1"})),
    "weak etags": lambda world_faults: setattr(world_faults.write, "weak_etags", True),
}


@pytest.fixture(params=HABITS)
def habit(request: pytest.FixtureRequest, world: World) -> str:
    HABITS[request.param](world.faults)
    return str(request.param)


async def test_the_copy_follows_the_calendar_whatever_the_habit(world, spec, habit) -> None:
    house = await opened(spec, world)
    collection = world.collection("ada", "work")

    def agrees() -> bool:
        return set(house.held) == {member.name for member in collection.members.values()}

    await house.pull()
    assert agrees()
    gone = next(iter(house.held))
    collection.remove(gone)
    for number in range(5):
        world.edit("ada", "work", event(f"new-{number}"), name=f"new-{number}.ics")
    await house.pull()
    assert agrees()
    world.edit("ada", "work", event("new-0", summary="Moved"), name="new-0.ics")
    await house.pull()
    assert b"Moved" in house.held["new-0.ics"][1]
    await house.pull()
    assert house.loaded == []


async def test_calendars_are_seen_as_their_owner_sees_them(world, spec) -> None:
    credential = await spec.door.finish(typed(world, "chiyo"))
    calendars = await spec.open(credential.secret, credential.facts).calendars()
    named = {calendar.name: calendar for calendar in calendars}
    assert named["Work"].color == "#2F6FDE"
    assert {name for name, one in named.items() if one.readonly} == {"Team", "Harbour holidays"}
    assert "Tasks" not in named
    assert [name for name, one in named.items() if one.primary] == ["Work"]


async def test_one_person_is_one_account_however_they_sign_in(world, spec) -> None:
    by_name = await spec.door.finish(typed(world))
    by_address = await spec.door.finish({**typed(world), "user": "ada@harbour.example"})
    bruno = await spec.door.finish(typed(world, "bruno"))
    assert by_name.identity == by_address.identity
    assert by_name.identity != bruno.identity


async def test_an_ordinary_password_is_told_from_a_wrong_one(world, spec) -> None:
    with pytest.raises(faults.NeedsRelink) as caught:
        await spec.door.finish({"user": "ada", "password": "ada-at-home"})
    assert caught.value.reason == "app_password_needed"
    with pytest.raises(faults.NeedsRelink) as caught:
        await spec.door.finish({"user": "ada", "password": "aaaa-bbbb-cccc-dddd"})
    assert caught.value.reason == "wrong_password"


async def test_a_revoked_password_asks_for_a_new_one(world, spec) -> None:
    house = await opened(spec, world)
    world.revoke("ada")
    with pytest.raises(faults.NeedsRelink):
        await house.pull()


async def test_homes_on_a_partition_host_are_followed(world, spec) -> None:
    async with sandbox(world) as other:
        world.faults.shape.home_origin = other.rstrip("/")
        credential = await spec.door.finish(typed(world))
        assert credential.identity.startswith("sandbox/")
        house = House(spec, credential, WORK)
        await house.pull()
        assert house.held
    world.faults.shape.home_origin = None
    again = await spec.door.finish(typed(world))
    assert again.identity == credential.identity


@pytest.mark.parametrize("verdict", [v for v in BadToken if v is not BadToken.SILENT])
async def test_a_token_of_another_life_is_a_lost_cursor(world, url, spec, verdict) -> None:
    house = await opened(spec, world)
    await house.pull()
    assert house.cursor is not None
    house.cursor = type(house.cursor)(house.cursor.replace("test", "past"))
    world.faults.sync.bad_token = verdict
    world.edit("ada", "work", event("x"), name="x.ics")
    with pytest.raises(faults.CursorLost):
        await house.pull()


async def test_a_calendar_without_token_and_ctag_is_no_missing_calendar(world, spec) -> None:
    """Its only answer to a question for the two is a propstat of 404."""
    world.faults.sync.offered = world.faults.sync.ctag = False
    credential = await spec.door.finish(typed(world))
    assert credential.facts["ladder"] == "etag"
    house = House(spec, credential, WORK)
    await house.pull()
    assert set(house.held) == set(world.collection("ada", "work").members)


@pytest.mark.parametrize("length_bytes", [0, 200, 2000])
async def test_f12_an_answer_cut_in_the_middle_changes_nothing(world, spec, length_bytes) -> None:
    house = await opened(spec, world)
    await house.pull()
    held, house.cursor = dict(house.held), None
    world.faults.transport.cut_after_bytes = length_bytes
    with pytest.raises(faults.Unreachable):
        await house.pull()
    assert house.held == held
    with pytest.raises(faults.Unreachable):
        await house.connector.calendars()
