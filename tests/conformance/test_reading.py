"""What every CalDAV server must let us do, on every rung of the ladder it can hold."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from daygate.domain.moments import Window
from daygate.providers import faults
from daygate.providers.base import Cursor, ProviderSpec
from daygate.providers.caldav.cursor import RUNGS
from daygate.providers.catalog import Catalog
from tests.conformance.conftest import House, Stand
from tests.servers.dav import event


@pytest.fixture(params=RUNGS)
def rung(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def spec(stand: Stand, services: Catalog) -> ProviderSpec:
    found = services.by_key(stand.name)
    assert found is not None
    return found


@pytest.fixture
async def house(stand: Stand, spec: ProviderSpec, rung: str) -> House:
    """An empty copy of a fresh calendar, read on the rung under test."""
    path = stand.calendar()
    credential = await spec.door.finish(stand.answer())
    facts = {**credential.facts, "ladder": rung}
    return House(spec, replace(credential, facts=facts), path)


async def test_connecting_finds_the_account_and_the_best_rung(stand, spec) -> None:
    stand.calendar()
    credential = await spec.door.finish(stand.answer())
    assert credential.identity == f"{stand.server.url}alice/"
    assert credential.profile_name == "alice"
    assert credential.facts["ladder"] == "sync"
    assert stand.server.passwords["alice"] not in repr(credential)


async def test_connecting_twice_names_the_same_account(stand, services: Catalog) -> None:
    path = stand.calendar()
    generic = services.by_key("generic")
    assert generic is not None
    answer = stand.answer()
    typed = {"user": "alice", "password": answer["password"]}
    root = await generic.door.finish({**typed, "address": stand.server.url})
    pasted = await generic.door.finish({**typed, "address": stand.server.url + path.lstrip("/")})
    assert root.identity == pasted.identity


async def test_a_wrong_password_is_said_in_words(stand, spec) -> None:
    if stand.name == "xandikos":
        assert await spec.door.finish(stand.answer("wrong"))  # it asks for no password
        return
    with pytest.raises(faults.NeedsRelink) as caught:
        await spec.door.finish(stand.answer("wrong"))
    assert caught.value.reason == "wrong_password"


async def test_calendars_are_listed_once_with_one_primary(stand, spec) -> None:
    path = stand.calendar()
    stand.server.make_calendar(path.rstrip("/") + "-tasks/", "Tasks", "VTODO")
    credential = await spec.door.finish(stand.answer())
    calendars = await spec.open(credential.secret, credential.facts).calendars()
    assert [c.remote_id for c in calendars].count(path) == 1
    assert not any("tasks" in c.remote_id for c in calendars)
    assert sum(c.primary for c in calendars) == 1
    mine = next(c for c in calendars if c.remote_id == path)
    assert (mine.name, mine.color, mine.readonly) == ("Work", "#FF7733", False)


async def test_a_fingerprint_moves_with_the_calendar_alone(
    stand: Stand, spec: ProviderSpec
) -> None:
    path = stand.calendar()
    credential = await spec.door.finish(stand.answer())
    connector = spec.open(credential.secret, credential.facts)

    async def fingerprint() -> str | None:
        return next(c.fingerprint for c in await connector.calendars() if c.remote_id == path)

    before = await fingerprint()
    assert before is not None
    assert await fingerprint() == before
    stand.server.put(f"{path}e.ics", event("e"))
    assert await fingerprint() != before


async def test_an_empty_calendar_is_a_complete_listing(house: House) -> None:
    pages = await house.pull()
    assert [page.complete for page in pages] == [True]


async def test_the_first_pull_brings_everything(stand: Stand, house: House) -> None:
    stand.server.put(f"{house.remote_id}e1.ics", event("e1"))
    stand.server.put(f"{house.remote_id}e2@example.com.ics", event("e2"))
    pages = await house.pull()
    assert pages[-1].complete
    assert (pages[-1].done, pages[-1].expected) == (2, 2)
    assert len(house.held) == 2
    assert all(raw.startswith(b"BEGIN:VCALENDAR") for _, raw in house.held.values())


async def test_a_delta_brings_what_was_added_changed_and_deleted(
    stand: Stand, house: House
) -> None:
    for name in ("stays", "changes", "goes"):
        stand.server.put(f"{house.remote_id}{name}.ics", event(name))
    await house.pull()
    stand.server.put(f"{house.remote_id}changes.ics", event("changes", summary="Moved"))
    stand.server.put(f"{house.remote_id}new.ics", event("new"))
    stand.server.delete(f"{house.remote_id}goes.ics")
    await house.pull()
    assert set(house.held) == {"stays.ics", "changes.ics", "new.ics"}
    assert set(house.loaded) == {"changes.ics", "new.ics"}
    assert b"Moved" in house.held["changes.ics"][1]


async def test_nothing_changed_means_nothing_loaded(stand: Stand, house: House) -> None:
    stand.server.put(f"{house.remote_id}e.ics", event("e"))
    await house.pull()
    for _ in range(2):
        await house.pull()
        assert house.loaded == []
        assert set(house.held) == {"e.ics"}


async def test_a_deleted_object_stays_deleted_after_a_new_listing(
    stand: Stand, house: House
) -> None:
    stand.server.put(f"{house.remote_id}a.ics", event("a"))
    stand.server.put(f"{house.remote_id}b.ics", event("b"))
    await house.pull()
    stand.server.delete(f"{house.remote_id}a.ics")
    house.cursor = None
    pages = await house.pull()
    assert pages[-1].complete
    assert house.loaded == []
    assert set(house.held) == {"b.ics"}


async def test_many_objects_come_in_pages_and_the_window_comes_first(
    stand: Stand, house: House
) -> None:
    for number in range(60):
        stand.server.put(f"{house.remote_id}old{number}.ics", event(f"o{number}"))
    stand.server.put(f"{house.remote_id}zz.ics", event("soon", "20270301T090000Z"))
    window = Window(datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC))
    pages = await house.pull(first=window)
    assert len(pages) >= 3
    assert pages[0].objects[0].key == "zz.ics"
    assert [page.done for page in pages] == sorted(page.done for page in pages)
    assert len(house.held) == pages[-1].expected == 61


async def test_a_calendar_that_is_gone_is_missing(stand: Stand, house: House) -> None:
    await house.pull()
    stand.server.delete(house.remote_id)
    with pytest.raises(faults.Missing):
        await house.pull()


async def test_a_daily_comparison_finds_what_the_delta_hid(stand: Stand, house: House) -> None:
    """A token from after the change stands for a server that loses a change silently."""
    stand.server.put(f"{house.remote_id}a.ics", event("a"))
    await house.pull()
    stand.server.put(f"{house.remote_id}b.ics", event("b"))
    held = dict(house.held)
    await house.pull()
    house.held = held
    assert house.cursor is not None
    fields = json.loads(house.cursor)
    fields[4] = 0
    house.cursor = Cursor(json.dumps(fields))
    pages = await house.pull()
    assert pages[-1].complete
    assert set(house.held) == {"a.ics", "b.ics"}


async def test_a_lost_token_is_a_lost_cursor(stand: Stand, spec: ProviderSpec) -> None:
    path = stand.calendar()
    house = House(spec, await spec.door.finish(stand.answer()), path)
    stand.server.put(f"{path}a.ics", event("a"))
    await house.pull()
    assert house.cursor is not None
    fields = json.loads(house.cursor)
    assert fields[1] == "sync"
    fields[2] = fields[2][:-6] + "abcdef"
    house.cursor = Cursor(json.dumps(fields))
    with pytest.raises(faults.CursorLost):
        await house.pull()
    house.cursor = None
    stand.server.delete(f"{path}a.ics")
    await house.pull()
    assert house.held == {}


async def test_a_foreign_cursor_is_a_lost_cursor(house: House) -> None:
    house.cursor = Cursor("from somewhere else")
    with pytest.raises(faults.CursorLost):
        await house.pull()
