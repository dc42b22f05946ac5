"""What servers do wrong, one trap at a time, on a server that does it on purpose."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web

from daygate.providers import faults
from daygate.providers.base import Cursor
from tests.conformance.conftest import House
from tests.servers.faulty import (
    WORK,
    failed,
    faulty,
    multistatus,
    only,
    row,
)

EMPTY_ERROR = '<?xml version="1.0"?><D:error xmlns:D="DAV:"/>'


async def test_a_member_whose_etag_is_404_is_there_all_the_same(server, house) -> None:
    server.put("a.ics")
    await house.pull()
    server.put("b.ics")
    bare = failed(f"{WORK}b.ics", "404 Not Found").replace("<D:status>", "<D:propstat><D:status>")
    bare = bare.replace("</D:status>", "</D:status><D:prop><D:getetag/></D:prop></D:propstat>")
    token = f"<D:sync-token>{server.now}</D:sync-token>"
    server.override = only("REPORT", b"sync-collection", multistatus(bare + token))
    await house.pull()
    assert set(house.held) == {"a.ics", "b.ics"}


async def test_a_collection_that_lists_itself_is_no_member(server, house) -> None:
    await house.pull()
    server.lists_itself = True
    server.put("a.ics")
    await house.pull()
    assert set(house.held) == {"a.ics"}


async def test_a_silent_server_is_found_out_by_its_ctag(server, house) -> None:
    server.put("a.ics")
    await house.pull()
    server.silent = True
    server.put("b.ics")
    server.delete("a.ics")
    pages = await house.pull()
    assert pages[-1].complete
    assert set(house.held) == {"b.ics"}


async def test_an_unknown_report_answered_with_an_empty_207_falls_to_the_ctag(
    server, house
) -> None:
    server.put("a.ics")
    await house.pull()
    server.override = only("REPORT", b"sync-collection", multistatus(""))
    server.put("b.ics")
    await house.pull()
    assert set(house.held) == {"a.ics", "b.ics"}
    assert json.loads(house.cursor)[1] == "ctag"
    asked = len(server.asked)
    server.put("c.ics")
    await house.pull()
    assert not any(b"sync-collection" in one.body for one in server.asked[asked:])
    assert "c.ics" in house.held


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 412, 422])
async def test_any_4xx_on_a_token_is_a_lost_cursor(server, house, status: int) -> None:
    await house.pull()
    server.put("a.ics")
    server.override = only("REPORT", b"sync-collection", web.Response(status=status))
    with pytest.raises(faults.CursorLost):
        await house.pull()


async def test_500_with_valid_sync_token_is_a_lost_cursor(server, house) -> None:
    await house.pull()
    server.put("a.ics")
    text = '<D:error xmlns:D="DAV:"><D:valid-sync-token/></D:error>'
    server.override = only("REPORT", b"sync-collection", web.Response(status=500, text=text))
    with pytest.raises(faults.CursorLost):
        await house.pull()


@pytest.mark.parametrize("status", [401, 407])
async def test_a_refused_password_is_not_the_tokens_fault(server, house, status: int) -> None:
    await house.pull()
    server.put("a.ics")
    server.override = only("REPORT", b"sync-collection", web.Response(status=status))
    with pytest.raises(faults.NeedsRelink):
        await house.pull()


async def test_403_with_an_empty_error_is_a_rate_limit(server, house) -> None:
    await house.pull()
    server.put("a.ics")
    answer = web.Response(status=403, text=EMPTY_ERROR, content_type="application/xml")
    server.override = only("REPORT", b"sync-collection", answer)
    with pytest.raises(faults.Throttled):
        await house.pull()


@pytest.mark.parametrize(
    ("header", "least_s", "most_s"),
    [("7", 7, 7), ("999999", 3600, 3600), ("soon", 60, 60), (None, 60, 60), ("DATE", 80, 91)],
)
async def test_retry_after_is_obeyed_within_an_hour(
    server, house, header: str | None, least_s: float, most_s: float
) -> None:
    if header == "DATE":
        header = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    headers = {} if header is None else {"Retry-After": header}
    server.override = lambda request, body: web.Response(status=429, headers=headers)
    with pytest.raises(faults.Throttled) as caught:
        await house.pull()
    assert least_s <= caught.value.delay_s <= most_s


async def test_503_waits_only_when_told_how_long(server, house) -> None:
    server.override = lambda request, body: web.Response(status=503)
    with pytest.raises(faults.Unreachable):
        await house.pull()
    server.override = lambda request, body: web.Response(status=503, headers={"Retry-After": "9"})
    with pytest.raises(faults.Throttled):
        await house.pull()


async def test_a_batch_that_is_too_large_is_halved(server, house) -> None:
    for number in range(20):
        server.put(f"{number}.ics")
    server.max_batch = 3
    await house.pull()
    assert len(house.held) == 20


async def test_one_object_that_spoils_the_xml_is_fetched_by_itself(server, house) -> None:
    for number in range(6):
        server.put(f"{number}.ics")
    server.spoilt = {"3.ics"}
    await house.pull()
    assert len(house.held) == 6
    assert server.count("GET", f"{WORK}3.ics") == 1


async def test_an_object_that_multiget_leaves_out_is_fetched_by_itself(server, house) -> None:
    server.put("a.ics")
    server.put("b.ics")
    server.unanswered = {"a.ics"}
    await house.pull()
    assert set(house.held) == {"a.ics", "b.ics"}


async def test_weak_and_strong_and_bare_etags_are_one_revision(server, house) -> None:
    server.put("a.ics")
    server.put("b.ics")
    await house.pull()
    for spelling in ('W/"{}"', "{}", '"{}"'):
        server.etags = lambda etag, method, spelling=spelling: spelling.format(etag)
        house.cursor = None
        await house.pull()
        assert house.loaded == []


async def test_an_etag_that_differs_on_loading_does_not_cause_loading_for_ever(
    server, house
) -> None:
    server.etags = lambda etag, method: f'"{etag}-gzip"' if method == "REPORT" else f'"{etag}"'
    server.syncs = False
    server.put("a.ics")
    await house.pull()
    house.cursor = None
    await house.pull()
    assert house.loaded == []


async def test_without_etags_contents_are_compared(server, spec) -> None:
    server.etags = lambda etag, method: ""
    server.syncs = server.tags = False
    server.put("a.ics")
    server.put("b.ics")
    credential = await spec.door.finish(server.typed())
    assert credential.facts["ladder"] == "hash"
    house = House(spec, credential, WORK)
    await house.pull()
    await house.pull()
    assert house.loaded == []
    server.objects["a.ics"] = ("", server.objects["a.ics"][1].replace("Meeting", "Moved"))
    server.delete("b.ics")
    await house.pull()
    assert house.loaded == ["a.ics"]
    assert set(house.held) == {"a.ics"}


async def test_the_probe_goes_down_the_ladder(server, spec) -> None:
    server.put("a.ics")
    assert (await spec.door.finish(server.typed())).facts["ladder"] == "sync"
    server.override = only("REPORT", b"sync-collection", web.Response(status=403))
    assert (await spec.door.finish(server.typed())).facts["ladder"] == "ctag"
    server.syncs = server.tags = False
    assert (await spec.door.finish(server.typed())).facts["ladder"] == "etag"


async def test_cdata_reads_like_escaped_text(server, house) -> None:
    server.put("a.ics")
    await house.pull()
    escaped = house.held["a.ics"]
    house.held, house.cursor, server.cdata = {}, None, True
    await house.pull()
    assert house.held["a.ics"] == escaped


async def test_a_new_spelling_of_a_name_is_no_new_object(server, house) -> None:
    server.put("a@b.ics")
    await house.pull()
    etag, _ = server.objects["a@b.ics"]
    respelled = row(WORK, server.state()) + row(
        f"{WORK}a%40b.ics", f'<D:getetag>"{etag}"</D:getetag>'
    )
    server.override = only("PROPFIND", b"getetag", multistatus(respelled))
    house.cursor = None
    await house.pull()
    assert house.loaded == []
    assert set(house.held) == {"a@b.ics"}


async def test_hostile_xml_is_refused(server, house) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    server.override = lambda request, body: web.Response(status=207, text=bomb)
    with pytest.raises(faults.Nonsense):
        await house.pull()


async def test_a_tombstone_for_something_unknown_is_nothing(server, house) -> None:
    server.put("a.ics")
    await house.pull()
    server.put("b.ics")
    server.delete("b.ics")
    pages = await house.pull()
    assert not any(page.removed for page in pages)


async def test_one_connection_dropped_is_tried_again(server, house) -> None:
    await house.pull()
    dropped: list[str] = []

    def drop(request: web.Request, body: bytes) -> web.Response | None:
        if not dropped and request.transport is not None:
            dropped.append(request.path)
            request.transport.abort()
        return None

    server.override = drop
    server.put("a.ics")
    await house.pull()
    assert dropped
    assert set(house.held) == {"a.ics"}


async def test_no_more_than_two_requests_are_under_way_for_one_login(server, spec) -> None:
    credential = await spec.door.finish(server.typed())
    connectors = [spec.open(credential.secret, credential.facts) for _ in range(6)]
    server.slow_s = 0.05
    await asyncio.gather(*(connector.calendars() for connector in connectors))
    assert server.busiest == 2


async def test_a_remote_id_from_elsewhere_is_missing(server, house) -> None:
    async with faulty() as other:
        house.remote_id = f"{other.url}cal/work/"
        with pytest.raises(faults.Missing):
            await house.pull()
        assert other.asked == []


async def test_a_cursor_of_another_shape_is_lost(house) -> None:
    house.cursor = Cursor("[1,2,3]")
    with pytest.raises(faults.CursorLost):
        await house.pull()
