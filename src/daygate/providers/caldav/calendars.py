"""Reading a calendar home: which collections are calendars, and what may be done with them."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from lxml import etree

from daygate.providers.base import RemoteCalendar
from daygate.providers.caldav import colours, xml
from daygate.providers.caldav.hrefs import as_collection, folded, path
from daygate.providers.caldav.multistatus import Multistatus, Row
from daygate.providers.caldav.names import CTAG, RESOURCE_TYPE, SYNC_TOKEN, a, c, cs, d

MAX_CALENDARS = 500
_NOT_CALENDARS = {
    c("schedule-inbox"),
    c("schedule-outbox"),
    cs("notification"),
    cs("notifications"),
    cs("dropbox-home"),
    "{http://nextcloud.com/ns}trash-bin",
    "{http://nextcloud.com/ns}deleted-calendar",
}
# Thunderbird's rule; aggregates come unexpanded from some servers (Xandikos answers only `all`).
_WRITING = {d("all"), d("write"), d("write-content"), d("bind")}
_TZID = re.compile(r"^TZID(?:;[^:\r\n]*)?:(.+)$", re.MULTILINE)
_FOLD = re.compile(r"\r?\n[ \t]")


def calendar_rows(answer: Multistatus, home: str) -> list[Row]:
    """The rows that are calendars for events, the home itself left out."""
    rows = (row for row in answer.rows if _holds_events(row))
    # A home that is a calendar itself is only met when that calendar's own address was given.
    found = [row for row in rows if _place(row.url) != _place(home)]
    return found[:MAX_CALENDARS]


def described(row: Row, remote_id: str, ladder: str) -> RemoteCalendar:
    """One calendar as the house sees it, not yet primary."""
    return RemoteCalendar(
        remote_id=remote_id,
        name=row.text(d("displayname")) or _last_segment(row.url),
        readonly=readonly(row),
        primary=False,
        color=colours.rgb(row.text(a("calendar-color"))),
        order=_integer(row.text(a("calendar-order"))),
        tzid=_tzid(row.text(c("calendar-timezone"))),
        transparent=c("transparent") in row.kinds(c("schedule-calendar-transp")),
        fingerprint=fingerprint(row, ladder),
    )


def fingerprint(row: Row, ladder: str) -> str | None:
    """What changes with the calendar. Both together: either may stand still on a bad server."""
    token = row.text(SYNC_TOKEN) if ladder == "sync" else ""
    ctag = row.text(CTAG) if ladder in {"sync", "ctag"} else ""
    return f"{token}|{ctag}" if token or ctag else None


def readonly(row: Row) -> bool:
    """A subscription, or a calendar whose stated privileges hold none to write.

    Privileges not stated mean writable until a 403 teaches otherwise.
    """
    if cs("subscribed") in row.kinds(RESOURCE_TYPE) or _subscription(row):
        return True
    privileges = row.props.get(d("current-user-privilege-set"))
    if privileges is None:
        return False
    held = {str(kind.tag) for privilege in privileges for kind in privilege}
    return not held & _WRITING


def primary(calendars: Sequence[RemoteCalendar], default_path: str | None) -> RemoteCalendar | None:
    """The server's default calendar; else the first in order that can be written."""
    for calendar in calendars:
        if default_path and _bare(calendar.remote_id) == _bare(default_path):
            return calendar
    writable = [calendar for calendar in calendars if not calendar.readonly]
    return min(writable or calendars, key=lambda calendar: calendar.order, default=None)


def _holds_events(row: Row) -> bool:
    kinds = row.kinds(RESOURCE_TYPE)
    # SOGo's inbox is the personal calendar itself, so a calendar that is also an inbox is kept
    # only when it is named as nothing else; every other server lists its inbox without `calendar`.
    if kinds & _NOT_CALENDARS and not _is_personal(row, kinds):
        return False
    subscribed = cs("subscribed") in kinds
    return (c("calendar") in kinds or subscribed) and _has_component(row, "VEVENT")


def _is_personal(row: Row, kinds: set[str]) -> bool:
    inbox_only = kinds & _NOT_CALENDARS == {c("schedule-inbox")}
    return inbox_only and c("calendar") in kinds and _has_component(row, "VEVENT", stated=True)


def _has_component(row: Row, wanted: str, *, stated: bool = False) -> bool:
    """RFC 4791 section 5.2.3: an absent set means that every component is accepted."""
    components = row.props.get(c("supported-calendar-component-set"))
    if components is None or not len(components):
        return not stated
    return any(_named(component, wanted) for component in components)


def _named(component: etree._Element, wanted: str) -> bool:
    return component.tag == c("comp") and component.get("name", "").upper() == wanted


def _subscription(row: Row) -> bool:
    """Radicale gives a `source` with an empty href for every calendar: that is none."""
    source = row.props.get(cs("source"))
    hrefs: Iterable[etree._Element] = () if source is None else source.iterfind(d("href"))
    return any(xml.text_of(href) for href in hrefs)


def _tzid(text: str) -> str | None:
    found = _TZID.search(_FOLD.sub("", text))
    return found[1].strip() if found else None


def _integer(text: str) -> int:
    try:
        return int(text[:12])
    except ValueError:
        return 0


def _last_segment(url: str) -> str:
    return unquote(path(as_collection(url)).rstrip("/").rpartition("/")[2]) or "Calendar"


def _place(url: str) -> str:
    return folded(as_collection(url))


def _bare(text: str) -> str:
    return folded(text).rstrip("/")
