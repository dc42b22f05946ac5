"""A tiny WebDAV client of its own for tests to fill a server with: not our connector."""

import base64
import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit

MKCALENDAR = """<?xml version="1.0" encoding="utf-8"?>
<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"
  xmlns:a="http://apple.com/ns/ical/"><d:set><d:prop><d:displayname>{name}</d:displayname>
  <c:supported-calendar-component-set><c:comp name="{component}"/>
  </c:supported-calendar-component-set><a:calendar-color>{color}</a:calendar-color>
</d:prop></d:set></c:mkcalendar>"""


@dataclass(frozen=True, slots=True)
class DavServer:
    """A running server with users alice and bob."""

    url: str
    passwords: dict[str, str]

    def request(
        self, method: str, path: str, body: bytes = b"", user: str = "alice", **headers: str
    ) -> int:
        """Send one request as `user`; the status."""
        pair = base64.b64encode(f"{user}:{self.passwords[user]}".encode()).decode()
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        try:
            sent = {"Authorization": f"Basic {pair}", **headers}
            connection.request(method, path, body, sent)
            return connection.getresponse().status
        finally:
            connection.close()

    def make_calendar(
        self, path: str, name: str, component: str = "VEVENT", color: str = "#FF7733"
    ) -> None:
        """MKCALENDAR (RFC 4791 section 5.3.1)."""
        user = path.strip("/").split("/")[0]
        body = MKCALENDAR.format(name=name, component=component, color=color).encode()
        status = self.request(
            "MKCALENDAR", path, body, user, **{"Content-Type": "application/xml; charset=utf-8"}
        )
        assert status in {200, 201}, status

    def put(self, path: str, ics: str, user: str = "alice") -> None:
        """Store an iCalendar object."""
        status = self.request(
            "PUT", path, ics.encode(), user, **{"Content-Type": "text/calendar; charset=utf-8"}
        )
        assert status in {200, 201, 204}, status

    def delete(self, path: str, user: str = "alice") -> None:
        """Remove an object or a calendar."""
        status = self.request("DELETE", path, user=user)
        assert status in {200, 204}, status


def event(uid: str, start: str = "20260105T090000Z", summary: str = "Meeting") -> str:
    """One event of an hour's length, as iCalendar text."""
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Example//Example//EN",
            "BEGIN:VEVENT",
            f"UID:{uid}",
            "DTSTAMP:20260101T000000Z",
            f"DTSTART:{start}",
            "DURATION:PT1H",
            f"SUMMARY:{summary}",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )
