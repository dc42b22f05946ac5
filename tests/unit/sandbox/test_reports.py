"""sync-collection, calendar-multiget and calendar-query, and every way a server differs there."""

import pytest

from daygate.sandbox.faults import BadToken
from daygate.sandbox.world import World
from tests.unit.sandbox.conftest import DECLARED, NAMESPACES, WORK, Answer, Dav, event

MORE = f"{WORK}more.ics"


def gone(answer: Answer) -> dict[str, str | None]:
    """The hrefs that carry a status of their own."""
    return {href: row.status for href, row in answer.rows.items() if row.status is not None}


def members(world: World) -> set[str]:
    return {WORK + name for name in world.collection("ada", "work").members}


async def test_an_empty_token_lists_every_object_with_its_etag(dav: Dav, world: World) -> None:
    answer = await dav.sync()
    work = world.collection("ada", "work")
    assert set(answer.rows) == members(world)
    assert answer.rows[f"{WORK}focus.ics"].text("d:getetag") == work.members["focus.ics"].etag
    assert answer.sync_token == work.token


async def test_a_token_tells_what_was_added_changed_and_removed_since(
    dav: Dav, world: World
) -> None:
    token = (await dav.sync()).sync_token
    world.edit("ada", "work", event("more"), name="more.ics")
    world.replace("ada", "work", "focus", "SUMMARY:Focus time", "SUMMARY:Deep work")
    world.erase("ada", "work", "offer")
    answer = await dav.sync(token)
    again = await dav.sync(answer.sync_token)
    assert set(answer.rows) == {MORE, f"{WORK}focus.ics", f"{WORK}offer.ics"}
    assert gone(answer) == {f"{WORK}offer.ics": "404"}
    assert not again.rows


async def test_a_change_seen_twice_is_told_once_with_the_newest_etag(
    dav: Dav, world: World
) -> None:
    token = (await dav.sync()).sync_token
    world.edit("ada", "work", event("more"), name="more.ics")
    newest = world.edit("ada", "work", event("more", summary="Cake"))
    answer = await dav.sync(token)
    assert answer.rows[MORE].text("d:getetag") == newest.etag


async def test_a_limit_is_kept_with_a_507_row_and_a_token_to_go_on_from(
    dav: Dav, world: World
) -> None:
    seen: set[str] = set()
    answer = await dav.sync(limit=7)
    while gone(answer) == {WORK: "507"}:
        assert len(answer.rows) == 8
        seen |= set(answer.rows) - {WORK}
        answer = await dav.sync(answer.sync_token, limit=7)
    condition = "d:response/d:error/d:number-of-matches-within-limits"
    first = await dav.sync(limit=1)
    assert seen | set(answer.rows) == members(world)
    assert first.root.find(condition, NAMESPACES) is not None


async def test_a_server_truncates_on_its_own(dav: Dav, world: World) -> None:
    world.faults.sync.page = 5
    answer = await dav.sync()
    assert gone(answer) == {WORK: "507"}
    assert len(answer.rows) == 6


async def test_a_server_cuts_at_the_limit_without_a_word(dav: Dav, world: World) -> None:
    world.faults.sync.limit_without_507 = True
    answer = await dav.sync(limit=3)
    assert len(answer.rows) == 3
    assert not gone(answer)
    assert answer.sync_token == world.collection("ada", "work").token


async def test_a_server_refuses_every_limit(dav: Dav, world: World) -> None:
    world.faults.sync.limit_refused = True
    answer = await dav.sync(limit=3)
    assert answer.status == 507
    assert answer.refuses_with("d:number-of-matches-within-limits")


async def test_a_forgotten_history_makes_old_tokens_unknown(dav: Dav, world: World) -> None:
    token = (await dav.sync()).sync_token
    world.collection("ada", "work").forget_history()
    answer = await dav.sync(token)
    fresh = await dav.sync()
    assert answer.status == 403
    assert answer.refuses_with("d:valid-sync-token")
    assert (await dav.sync(fresh.sync_token)).status == 207


@pytest.mark.parametrize(
    ("how", "status"),
    [
        (BadToken.FORBIDDEN, 403),
        (BadToken.CONFLICT, 409),
        (BadToken.PRECONDITION_FAILED, 412),
        (BadToken.SILENT, 207),
    ],
)
async def test_a_bad_token_is_answered_as_the_world_says(
    dav: Dav, world: World, how: BadToken, status: int
) -> None:
    world.faults.sync.bad_token = how
    answer = await dav.sync("urn:daygate-sandbox:sync:test-1:x")
    assert answer.status == status
    if how is BadToken.SILENT:
        assert not answer.rows
        assert answer.sync_token == world.collection("ada", "work").token


async def test_a_token_of_another_calendar_or_of_the_future_is_unknown(
    dav: Dav, world: World
) -> None:
    work, private = world.collection("ada", "work"), world.collection("ada", "private")
    assert (await dav.sync(private.token)).status == 403
    assert (await dav.sync(work.token_at(work.revision + 1))).status == 403


async def test_a_removed_object_may_be_a_418(dav: Dav, world: World) -> None:
    world.faults.sync.removed_status = 418
    token = (await dav.sync()).sync_token
    world.erase("ada", "work", "offer")
    assert gone(await dav.sync(token)) == {f"{WORK}offer.ics": "418"}


async def test_the_collection_may_list_itself(dav: Dav, world: World) -> None:
    world.faults.sync.lists_itself = True
    row = (await dav.sync()).rows[WORK]
    assert row.status is None
    assert row.prop("d:getetag", "404") is not None


async def test_the_first_answer_may_name_what_was_deleted_before(dav: Dav, world: World) -> None:
    world.erase("ada", "work", "offer")
    quiet = await dav.sync()
    world.faults.sync.tombstones_at_first = True
    assert not gone(quiet)
    assert gone(await dav.sync()) == {f"{WORK}offer.ics": "404"}


@pytest.mark.parametrize(
    ("taken", "refused"), [({"0", "1"}, {"infinity"}), ({"0"}, {"1"}), ({"1"}, {"0"})]
)
async def test_depths_are_taken_as_kindly_or_as_strictly_as_the_world_says(
    dav: Dav, world: World, taken: set[str], refused: set[str]
) -> None:
    world.faults.sync.depths = frozenset(taken)
    assert {(await dav.sync(depth=depth)).status for depth in taken} == {207}
    assert {(await dav.sync(depth=depth)).status for depth in refused} == {400}


async def test_without_sync_there_is_no_report_and_no_token(dav: Dav, world: World) -> None:
    world.faults.sync.offered = world.faults.sync.ctag = False
    props = "<d:sync-token/><cs:getctag/><d:supported-report-set/>"
    row = (await dav.propfind(WORK, props)).rows[WORK]
    reports = row.prop("d:supported-report-set")
    assert reports is not None
    assert reports.find(".//{DAV:}sync-collection") is None
    assert row.prop("d:sync-token", "404") is not None
    assert row.prop("cs:getctag", "404") is not None
    answer = await dav.sync()
    assert answer.status == 403
    assert answer.refuses_with("d:supported-report")


@pytest.mark.parametrize(
    "inside",
    [
        "<d:sync-level>1</d:sync-level>",
        "<d:sync-token/><d:sync-level>infinite</d:sync-level>",
        "<d:sync-token/><d:sync-level>1</d:sync-level>"
        "<d:limit><d:nresults>none</d:nresults></d:limit>",
    ],
)
async def test_a_sync_body_that_lacks_something_is_400(dav: Dav, inside: str) -> None:
    body = f"<d:sync-collection {DECLARED}>{inside}</d:sync-collection>"
    assert (await dav.report(WORK, body)).status == 400


async def test_multiget_answers_what_is_here_and_404_for_the_rest(dav: Dav, world: World) -> None:
    strangers = [f"{WORK}none.ics", "/dav/calendars/ada/private/trip.ics", "/else", WORK]
    hrefs = [f"{WORK}focus.ics", f"{dav.url}{WORK}bo%61rd.ics", *strangers]
    body = (
        f"<c:calendar-multiget {DECLARED}><d:prop><d:getetag/><c:calendar-data/></d:prop>"
        + "".join(f"<d:href>{href}</d:href>" for href in hrefs)
        + "</c:calendar-multiget>"
    )
    answer = await dav.report(WORK, body)
    text = world.collection("ada", "work").members["focus.ics"].text
    assert answer.rows[f"{WORK}focus.ics"].text("c:calendar-data") == text
    assert answer.rows[f"{WORK}board.ics"].prop("d:getetag") is not None
    assert gone(answer) == dict.fromkeys(strangers, "404")


async def query(dav: Dav, conditions: str, depth: str = "1", path: str = WORK) -> Answer:
    wish = "<d:prop><d:getetag/></d:prop>"
    outer = f'<c:filter><c:comp-filter name="VCALENDAR">{conditions}</c:comp-filter></c:filter>'
    body = f"<c:calendar-query {DECLARED}>{wish}{outer}</c:calendar-query>"
    return await dav.report(path, body, depth)


def events(conditions: str = "") -> str:
    return f'<c:comp-filter name="VEVENT">{conditions}</c:comp-filter>'


def between(start: str, end: str) -> str:
    return events(f'<c:time-range start="{start}" end="{end}"/>')


async def test_a_window_finds_single_and_recurring_events(dav: Dav) -> None:
    answer = await query(dav, between("20261124T000000Z", "20261125T000000Z"))
    names = {href.removeprefix(WORK) for href in answer.rows}
    assert names == {"stand-up.ics", "planning.ics", "site-visit.ics"}


async def test_a_window_where_an_occurrence_was_moved_to_finds_the_series(dav: Dav) -> None:
    moved_to = await query(dav, between("20261202T113000Z", "20261202T120000Z"))
    moved_from = await query(dav, between("20261201T100000Z", "20261201T110000Z"))
    assert f"{WORK}planning.ics" in moved_to.rows
    assert f"{WORK}planning.ics" not in moved_from.rows


async def test_a_window_finds_whole_days(dav: Dav) -> None:
    path = "/dav/calendars/ada/private/"
    inside = between("20261214T120000Z", "20261214T130000Z")
    assert f"{path}trip.ics" in (await query(dav, inside, path=path)).rows


async def test_an_open_window_is_endless(dav: Dav, world: World) -> None:
    later = await query(dav, events('<c:time-range start="20300101T000000Z"/>'))
    earlier = await query(dav, events('<c:time-range end="20300101T000000Z"/>'))
    assert set(later.rows) == {f"{WORK}stand-up.ics"}
    assert set(earlier.rows) == members(world)


async def test_a_filter_by_uid_finds_one(dav: Dav) -> None:
    match = '<c:prop-filter name="UID"><c:text-match>offer</c:text-match></c:prop-filter>'
    assert set((await query(dav, events(match))).rows) == {f"{WORK}offer.ics"}


@pytest.mark.parametrize(
    ("name", "inside", "found"),
    [
        ("SUMMARY", "<c:text-match>focus TIME</c:text-match>", {"focus.ics"}),
        ("SUMMARY", '<c:text-match collation="i;octet">focus TIME</c:text-match>', set()),
        ("RECURRENCE-ID", "", {"planning.ics"}),
    ],
)
async def test_a_filter_by_a_property_finds_those_that_have_it_so(
    dav: Dav, name: str, inside: str, found: set[str]
) -> None:
    match = f'<c:prop-filter name="{name}">{inside}</c:prop-filter>'
    assert set((await query(dav, events(match))).rows) == {WORK + each for each in found}


async def test_a_filter_may_ask_for_what_is_not_there_or_not_so(dav: Dav, world: World) -> None:
    missing = '<c:prop-filter name="RRULE"><c:is-not-defined/></c:prop-filter>'
    work = world.collection("ada", "work").members.items()
    single = {WORK + name for name, member in work if "RRULE" not in member.text}
    assert set((await query(dav, events(missing))).rows) == single
    tea = '<c:text-match negate-condition="yes">Focus</c:text-match>'
    other = f'<c:prop-filter name="SUMMARY">{tea}</c:prop-filter>'
    assert set((await query(dav, events(other))).rows) == members(world) - {f"{WORK}focus.ics"}
    absent = f'<c:prop-filter name="X-NONE">{tea}</c:prop-filter>'
    assert not (await query(dav, events(absent))).rows


async def test_no_filter_finds_all_and_depth_0_finds_none(dav: Dav, world: World) -> None:
    assert set((await query(dav, "")).rows) == members(world)
    assert not (await query(dav, "", depth="0")).rows


async def test_tasks_are_found_by_their_component_alone(dav: Dav) -> None:
    path = "/dav/calendars/ada/tasks/"
    tasks = '<c:comp-filter name="VTODO"><c:time-range start="20261124T000000Z"/></c:comp-filter>'
    assert len((await query(dav, tasks, path=path)).rows) == 2
    assert not (await query(dav, events(), path=path)).rows


@pytest.mark.parametrize(
    "conditions",
    [
        events('<c:time-range start="20261124" end="20261125"/>'),
        events('<c:time-range start="20269924T000000Z"/>'),
        events("<c:time-range/>"),
    ],
)
async def test_a_window_that_is_not_utc_is_400(dav: Dav, conditions: str) -> None:
    assert (await query(dav, conditions)).status == 400


@pytest.mark.parametrize(
    "conditions",
    [
        events("<c:is-not-defined/>"),
        events('<c:prop-filter name="ATTENDEE"><c:param-filter name="CN"/></c:prop-filter>'),
        '<c:prop-filter name="VERSION"/>',
        events() * 2,
    ],
)
async def test_an_unknown_condition_is_named(dav: Dav, conditions: str) -> None:
    answer = await query(dav, conditions)
    assert answer.status == 403
    assert answer.refuses_with("c:supported-filter")


async def test_a_query_without_a_filter_is_400(dav: Dav) -> None:
    assert (await dav.report(WORK, f"<c:calendar-query {DECLARED}/>", "1")).status == 400


async def test_an_unknown_report_is_named(dav: Dav) -> None:
    answer = await dav.report(WORK, f"<d:expand-property {DECLARED}/>")
    assert answer.status == 403
    assert answer.refuses_with("d:supported-report")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/dav/calendars/ada/", 403),
        ("/dav/calendars/ada/inbox/", 403),
        ("/dav/calendars/ada/nowhere/", 404),
    ],
)
async def test_reports_run_on_calendars_only(dav: Dav, path: str, status: int) -> None:
    assert (await dav.sync(path=path)).status == status


async def test_a_report_without_a_body_is_400(dav: Dav) -> None:
    assert (await dav.report(WORK, "")).status == 400
