"""Request bodies of PROPFIND and REPORT."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from lxml import etree

from daygate.domain.moments import Window
from daygate.providers.caldav.names import (
    CALENDAR_DATA,
    CTAG,
    ETAG,
    HREF,
    NSMAP,
    RESOURCE_TYPE,
    SYNC_TOKEN,
    a,
    c,
    cs,
    d,
)

PLACE = (d("current-user-principal"), d("principal-URL"), d("owner"), RESOURCE_TYPE)
PLACE_HOME = c("calendar-home-set")
PRINCIPAL = (
    d("displayname"),
    c("calendar-home-set"),
    c("calendar-user-address-set"),
    c("schedule-inbox-URL"),
    RESOURCE_TYPE,
)
CALENDARS = (
    RESOURCE_TYPE,
    d("displayname"),
    d("current-user-privilege-set"),
    SYNC_TOKEN,
    CTAG,
    c("supported-calendar-component-set"),
    d("supported-report-set"),
    c("calendar-timezone"),
    c("schedule-calendar-transp"),
    a("calendar-color"),
    a("calendar-order"),
    cs("source"),
)
# The type stands for the collection itself where a server has neither of the two tags.
STATE = (RESOURCE_TYPE, SYNC_TOKEN, CTAG)
LISTING = (ETAG, d("getcontenttype"), RESOURCE_TYPE)


def propfind(names: Iterable[str]) -> bytes:
    """RFC 4918 section 9.1: the named properties."""
    root = _root(d("propfind"))
    _prop(root, names)
    return _text(root)


def sync_collection(token: str, level: str = "1") -> bytes:
    """RFC 6578 section 3.2, without a limit.

    Xandikos and Nextcloud cut a limited answer without saying so and hand out the newest token.
    """
    root = _root(d("sync-collection"))
    etree.SubElement(root, SYNC_TOKEN).text = token
    etree.SubElement(root, d("sync-level")).text = level
    _prop(root, (ETAG,))
    return _text(root)


def multiget(hrefs: Sequence[str]) -> bytes:
    """RFC 4791 section 7.9: etag and text of the named objects."""
    root = _root(c("calendar-multiget"))
    _prop(root, (ETAG, CALENDAR_DATA))
    for href in hrefs:
        etree.SubElement(root, HREF).text = href
    return _text(root)


def time_range(window: Window) -> bytes:
    """RFC 4791 section 7.8: names of the events that touch a window.

    The VEVENT filter is always there: iCloud and Yahoo fail without it.
    """
    root = _root(c("calendar-query"))
    _prop(root, (ETAG,))
    calendar = etree.SubElement(
        etree.SubElement(root, c("filter")), c("comp-filter"), name="VCALENDAR"
    )
    event = etree.SubElement(calendar, c("comp-filter"), name="VEVENT")
    etree.SubElement(event, c("time-range"), start=_utc(window.start), end=_utc(window.end))
    return _text(root)


def _root(name: str) -> etree._Element:
    return etree.Element(name, nsmap=NSMAP)


def _prop(root: etree._Element, names: Iterable[str]) -> None:
    prop = etree.SubElement(root, d("prop"))
    for name in names:
        etree.SubElement(prop, name)


def _text(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _utc(moment: datetime) -> str:
    # A bare date gave 400 on Radicale and 500 on Xandikos: always a full UTC date-time.
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
