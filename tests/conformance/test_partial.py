"""Answers that say less than the whole: nothing is deleted that was not said to be gone."""

import pytest
from aiohttp import web

from daygate.providers import faults
from tests.servers.faulty import WORK, failed, multistatus, only, row


async def test_a_truncated_delta_goes_on_until_it_is_whole(server, house) -> None:
    await house.pull()
    for number in range(7):
        server.put(f"{number}.ics")
    server.page_size = 2
    pages = await house.pull()
    assert len(house.held) == 7
    assert not any(page.complete for page in pages)


async def test_a_truncation_that_does_not_advance_ends_in_a_listing(server, house) -> None:
    await house.pull()
    server.put("a.ics")
    stuck = failed(WORK, "507 Insufficient Storage") + "<D:sync-token>1</D:sync-token>"
    server.override = only("REPORT", b"sync-collection", multistatus(stuck))
    pages = await house.pull()
    assert pages[-1].complete
    assert set(house.held) == {"a.ics"}


async def test_a_cut_listing_deletes_nothing(server, house) -> None:
    server.put("a.ics")
    server.put("b.ics")
    await house.pull()
    house.cursor = None
    cut = row(WORK, "") + server.entry("a.ics", "PROPFIND")
    cut += failed(WORK, "507 Insufficient Storage")
    server.override = only("PROPFIND", b"getetag", multistatus(cut))
    with pytest.raises(faults.Unreachable):
        await house.pull()
    assert set(house.held) == {"a.ics", "b.ics"}


async def test_an_empty_207_is_not_an_empty_calendar(server, house) -> None:
    server.put("a.ics")
    await house.pull()
    house.cursor = None
    server.override = only("PROPFIND", b"getetag", multistatus(""))
    with pytest.raises(faults.Nonsense):
        await house.pull()


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("", faults.Nonsense),
        (row("/cal/", "") + failed(WORK, "503 Service Unavailable"), faults.Unreachable),
        (row("/cal/", "") + failed("/cal/", "507 Insufficient Storage"), faults.Unreachable),
    ],
)
async def test_f12_a_home_listed_in_part_has_lost_no_calendar(server, house, rows, fault) -> None:
    server.override = only("PROPFIND", b"calendar-order", multistatus(rows))
    with pytest.raises(fault):
        await house.connector.calendars()


async def test_f8_an_object_gone_between_listing_and_loading_is_removed(server, house) -> None:
    server.put("a.ics")
    server.put("b.ics")
    await house.pull()
    server.put("a.ics")

    def vanish(request: web.Request, body: bytes) -> None:
        if b"calendar-multiget" in body:
            server.objects.pop("a.ics", None)

    server.override = vanish
    await house.pull()
    assert set(house.held) == {"b.ics"}
    assert server.count("GET", f"{WORK}a.ics") == 1


async def test_418_for_a_removed_member_is_believed_after_a_get(server, house) -> None:
    server.put("a.ics")
    server.put("b.ics")
    await house.pull()
    server.gone_status = 418
    server.delete("a.ics")
    await house.pull()
    assert set(house.held) == {"b.ics"}
    assert server.count("GET", f"{WORK}a.ics") == 1


async def test_an_object_that_cannot_be_loaded_is_owed_and_asked_for_again(server, house) -> None:
    await house.pull()
    server.put("a.ics")
    server.put("b.ics")
    server.unanswered = {"a.ics"}
    server.override = lambda request, body: (
        web.Response(status=500) if request.method == "GET" else None
    )
    await house.pull()
    assert set(house.held) == {"b.ics"}
    server.override, server.unanswered = None, set()
    await house.pull()
    assert set(house.held) == {"a.ics", "b.ics"}


async def test_an_owed_object_that_was_stored_is_not_lost_by_a_full_listing(server, house) -> None:
    server.put("a.ics")
    await house.pull()
    server.put("a.ics")
    house.cursor = None
    server.unanswered = {"a.ics"}
    server.override = lambda request, body: (
        web.Response(status=500) if request.method == "GET" else None
    )
    pages = await house.pull()
    assert pages[-1].complete
    assert set(house.held) == {"a.ics"}
