"""The reports of a calendar: changes, named objects, objects of a window, busy times."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from lxml import etree
from starlette.responses import Response

from daygate.sandbox.bodies import BadBody, text_of, wanted
from daygate.sandbox.busy import calendar, vfreebusy
from daygate.sandbox.collections import Changes, Collection, Member, UnknownToken
from daygate.sandbox.faults import BadToken, SyncFaults
from daygate.sandbox.filters import Filter, UnsupportedFilter, read_filter, window_of
from daygate.sandbox.instances import asked_window, expanded
from daygate.sandbox.multistatus import Multistatus, caldav, dav, element, error_response
from daygate.sandbox.places import Leaf, Place, locate
from daygate.sandbox.properties import SYNC, View, describe, holds_events

Report = Callable[[View, Place, etree._Element, str], Response]
Shown = Callable[[Member], Member]
CALENDAR_TYPE = "text/calendar; charset=utf-8"


def report(view: View, place: Place, body: etree._Element, depth: str) -> Response:
    """Run the report a body names; one that is not offered is a 403 (RFC 3253 section 3.6)."""
    run = REPORTS.get(str(body.tag))
    hidden = body.tag == SYNC and not view.world.faults.sync.offered
    if run is None or hidden or not holds_events(place):
        return error_response(403, element(dav("supported-report")))
    return run(view, place, body, depth)


def sync_collection(view: View, place: Place, body: etree._Element, depth: str) -> Response:
    """RFC 6578 section 3.2: what changed since a token."""
    faults = view.world.faults.sync
    if depth not in faults.depths:
        return error_response(400)
    token = text_of(body, dav("sync-token"))
    if token is None or text_of(body, dav("sync-level")) != "1":
        raise BadBody("sync-token and sync-level 1 are needed")
    asked = _asked_limit(body)
    if asked is not None and faults.limit_refused:
        return error_response(507, element(dav("number-of-matches-within-limits")))
    collection = place.shelf.collection
    try:
        since = collection.revision_of(token)
    except UnknownToken:
        return _unknown_token(view, collection, faults.bad_token)
    limit = min((n for n in (asked, faults.page) if n is not None), default=None)
    return _changes_answer(view, place, body, collection.changes(since, limit))


def _asked_limit(body: etree._Element) -> int | None:
    number = text_of(body, dav("limit"), dav("nresults"))
    if number is None:
        return None
    if not number.isdecimal() or int(number) == 0:
        raise BadBody("nresults is a positive number")
    return int(number)


def _unknown_token(view: View, collection: Collection, how: BadToken) -> Response:
    condition = element(dav("valid-sync-token"))
    if how is BadToken.SILENT:
        silent = Multistatus(view.world.faults.shape)
        silent.sync_token(collection.token)
        return silent.answer()
    if how is BadToken.PRECONDITION_FAILED:
        return Response("Requested sync token is invalid", 412)
    return error_response(403 if how is BadToken.FORBIDDEN else 409, condition)


def _changes_answer(view: View, place: Place, body: etree._Element, changes: Changes) -> Response:
    faults, wish = view.world.faults.sync, wanted(body)
    answer = Multistatus(view.world.faults.shape)
    first = not text_of(body, dav("sync-token"))
    if faults.lists_itself:
        describe(view, [place], wish, answer)
    for name, member in changes.rows:
        leaf = Leaf(place, name, member)
        if member is not None:
            describe(view, [leaf], wish, answer)
        elif not first or faults.tombstones_at_first:
            answer.status(view.addresses.of(leaf), faults.removed_status)
    answer.sync_token(_end_token(place.shelf.collection, changes, faults))
    if changes.truncated and not faults.limit_without_507:
        condition = dav("number-of-matches-within-limits")
        answer.status(view.addresses.of(place), 507, condition)
    return answer.answer()


def _end_token(collection: Collection, changes: Changes, faults: SyncFaults) -> str:
    return collection.token if faults.limit_without_507 else collection.token_at(changes.revision)


def multiget(view: View, place: Place, body: etree._Element, _depth: str) -> Response:
    """RFC 4791 section 7.9: the objects named; those not here are 404 rows."""
    answer, wish, shown = Multistatus(view.world.faults.shape), wanted(body), _shown(view, body)
    for node in body.findall(dav("href")):
        reference = (node.text or "").strip()
        at = locate(view.world, view.addresses.path_of(reference))
        if isinstance(at, Leaf) and at.member is not None and at.place == place:
            describe(view, [replace(at, member=shown(at.member))], wish, answer)
        else:
            answer.status(reference, 404)
    return answer.answer()


def query(view: View, place: Place, body: etree._Element, depth: str) -> Response:
    """RFC 4791 section 7.8: the objects that match; Depth: 0 means the collection alone."""
    try:
        matches = read_filter(body)
    except UnsupportedFilter:
        return error_response(403, element(caldav("supported-filter")))
    answer = Multistatus(view.world.faults.shape)
    if depth == "1":
        describe(view, _matching(place, matches, _shown(view, body)), wanted(body), answer)
    return answer.answer()


def _matching(place: Place, matches: Filter, shown: Shown) -> Iterator[Leaf]:
    for name, member in list(place.shelf.collection.members.items()):
        if matches.accepts(member):
            yield Leaf(place, name, shown(member))


def _shown(view: View, body: etree._Element) -> Shown:
    """How objects are shown: as they are, or expanded."""
    window = asked_window(body)
    if window is None or not view.world.faults.reports.expand:
        return lambda member: member
    return lambda member: expanded(member, window)


def free_busy(view: View, place: Place, body: etree._Element, depth: str) -> Response:
    """RFC 4791 section 7.10: the busy times of a calendar; Depth: 0 leaves its objects out."""
    if not view.world.faults.reports.free_busy:
        return Response(None, 501)
    condition = body.find(caldav("time-range"))
    if condition is None:
        raise BadBody("a time-range is needed")
    calendars = [place.shelf.collection] if depth == "1" else []
    lines = vfreebusy(calendars, window_of(condition), place.person.tzinfo)
    return Response(calendar(lines), 200, None, CALENDAR_TYPE)


REPORTS: Mapping[str, Report] = {
    SYNC: sync_collection,
    caldav("calendar-multiget"): multiget,
    caldav("calendar-query"): query,
    caldav("free-busy-query"): free_busy,
}
