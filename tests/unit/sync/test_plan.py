"""What a fresh list of calendars asks for."""

from dataclasses import replace

from daygate.domain.ids import ProfileId, calendar_id
from daygate.domain.profile import SyncState
from daygate.providers.base import RemoteCalendar
from daygate.sync.plan import plan

PROFILE = ProfileId("pro_abc")
WORK = RemoteCalendar("/work/", "Work", readonly=False, primary=True, fingerprint="1")
HOME = RemoteCalendar("/home/", "Home", readonly=False, primary=False, fingerprint="7")


def state(remote: RemoteCalendar, fingerprint: str | None = None) -> SyncState:
    return SyncState(
        calendar_id=calendar_id(PROFILE, remote.remote_id),
        profile_id=PROFILE,
        remote_id=remote.remote_id,
        name=remote.name,
        tzid=None,
        cursor="c",
        fingerprint=fingerprint or remote.fingerprint,
        sweep=1,
        failures=0,
        last_fault="",
        deleted=False,
        initial_sync_done=True,
        objects_done=0,
        objects_expected=0,
        pulled_ms=1,
        changed_ms=1,
        rolled_to_s=1,
    )


def test_a_new_calendar_is_added_and_pulled() -> None:
    found = plan(PROFILE, [WORK, HOME], [state(WORK)])
    assert [each.remote_id for each in found.added] == ["/home/"]
    assert list(found.pulls) == [calendar_id(PROFILE, "/home/")]


def test_an_unchanged_fingerprint_needs_no_pull() -> None:
    assert plan(PROFILE, [WORK], [state(WORK)]).pulls == {}


def test_a_changed_or_absent_fingerprint_a_fault_and_a_lost_cursor_need_one() -> None:
    blind = replace(WORK, fingerprint=None)
    for listed, kept in [
        (WORK, state(WORK, "0")),
        (blind, state(WORK)),
        (WORK, replace(state(WORK), last_fault="unreachable")),
        (WORK, replace(state(WORK), cursor=None)),
    ]:
        assert len(plan(PROFILE, [listed], [kept]).pulls) == 1


def test_a_calendar_that_is_listed_no_more_is_gone_once() -> None:
    gone = state(HOME)
    assert plan(PROFILE, [WORK], [state(WORK), gone]).gone == [gone.calendar_id]
    assert plan(PROFILE, [WORK], [state(WORK), replace(gone, deleted=True)]).gone == []
