"""Finding out, at connect time, on which rung of the ladder a server's calendars can be read."""

from daygate.providers import faults
from daygate.providers.caldav import delta, listing
from daygate.providers.caldav.client import Client
from daygate.providers.caldav.cursor import RUNGS, Rung
from daygate.providers.caldav.delta import NoSync
from daygate.providers.caldav.hrefs import as_collection
from daygate.providers.caldav.multistatus import Row
from daygate.providers.caldav.names import CTAG, SYNC_TOKEN, d


async def ladder(client: Client, calendar: Row, highest: Rung) -> Rung:
    """The best rung not above `highest` that this calendar holds when tried."""
    if highest == "sync" and await _syncs(client, calendar):
        return "sync"
    if RUNGS.index(highest) <= RUNGS.index("ctag") and calendar.text(CTAG):
        return "ctag"
    if highest == "hash" or not await _has_etags(client, as_collection(calendar.url)):
        return "hash"
    return "etag"


async def _syncs(client: Client, calendar: Row) -> bool:
    """A token, the report in the list of reports when there is one, and an answer that works."""
    token = calendar.text(SYNC_TOKEN)
    reports = calendar.props.get(d("supported-report-set"))
    listed = reports is None or next(reports.iter(d("sync-collection")), None) is not None
    if not token or not listed:
        return False
    try:
        await delta.since(client, as_collection(calendar.url), token)
    except (NoSync, faults.CursorLost, faults.Nonsense, faults.Unreachable):
        return False
    return True


async def _has_etags(client: Client, collection: str) -> bool:
    members = await listing.every_member(client, collection)
    return not members or any(member.revision for member in members.values())
