"""The XML names this connector reads and writes, in lxml's `{namespace}local` spelling."""

DAV = "DAV:"
CALDAV = "urn:ietf:params:xml:ns:caldav"
CALENDARSERVER = "http://calendarserver.org/ns/"
APPLE = "http://apple.com/ns/ical/"

NSMAP = {"d": DAV, "c": CALDAV, "cs": CALENDARSERVER, "a": APPLE}


def d(local: str) -> str:
    """A name of RFC 4918 and its DAV: extensions."""
    return f"{{{DAV}}}{local}"


def c(local: str) -> str:
    """A name of RFC 4791 or RFC 6638."""
    return f"{{{CALDAV}}}{local}"


def cs(local: str) -> str:
    """A name of the calendarserver.org extensions (getctag, source, subscribed)."""
    return f"{{{CALENDARSERVER}}}{local}"


def a(local: str) -> str:
    """A name of Apple's iCal extensions (calendar-color, calendar-order)."""
    return f"{{{APPLE}}}{local}"


HREF = d("href")
STATUS = d("status")
ETAG = d("getetag")
CONTENT_TYPE = d("getcontenttype")
RESOURCE_TYPE = d("resourcetype")
SYNC_TOKEN = d("sync-token")
CTAG = cs("getctag")
CALENDAR_DATA = c("calendar-data")
