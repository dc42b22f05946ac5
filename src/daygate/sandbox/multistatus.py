"""207 Multi-Status bodies (RFC 4918 section 13) in whichever spelling the world asks for."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from lxml import etree
from starlette.responses import Response

from daygate.sandbox.faults import Prefixes, ShapeFaults

DAV = "DAV:"
CALDAV = "urn:ietf:params:xml:ns:caldav"
CALENDARSERVER = "http://calendarserver.org/ns/"
APPLE = "http://apple.com/ns/ical/"
XML = "application/xml; charset=utf-8"

# The default namespace has the prefix None, which lxml's stubs do not know.
SPELLINGS: Mapping[Prefixes, dict[Any, str]] = {
    Prefixes.LETTERS: {"d": DAV, "c": CALDAV, "cs": CALENDARSERVER, "a": APPLE},
    Prefixes.DEFAULT: {None: DAV, "C": CALDAV, "CS": CALENDARSERVER, "ICAL": APPLE},
    Prefixes.NUMBERED: {"x0": DAV, "x1": CALDAV, "x2": CALENDARSERVER, "x3": APPLE},
}

# Properties whose text a server such as Cyrus wraps in CDATA.
WRAPPED = frozenset({f"{{{DAV}}}displayname", f"{{{CALDAV}}}calendar-data"})

STATUS_NAMES = {418: "I'm a teapot"}


def dav(name: str) -> str:
    """A name of WebDAV in Clark notation."""
    return f"{{{DAV}}}{name}"


def caldav(name: str) -> str:
    """A name of CalDAV in Clark notation."""
    return f"{{{CALDAV}}}{name}"


def element(
    tag: str, *children: etree._Element, text: str | None = None, **attributes: str
) -> etree._Element:
    """An element with its children or its text."""
    made = etree.Element(tag, dict(attributes))
    made.text = text
    made.extend(children)
    return made


def href(path: str) -> etree._Element:
    """A `DAV:href`."""
    return element(dav("href"), text=path)


def status_line(status: int) -> etree._Element:
    """`HTTP/1.1 404 Not Found` in a `DAV:status`."""
    phrase = STATUS_NAMES.get(status) or HTTPStatus(status).phrase
    return element(dav("status"), text=f"HTTP/1.1 {status} {phrase}")


def error_response(status: int, condition: etree._Element | None = None) -> Response:
    """A refusal that names the precondition that failed (RFC 4918 section 16)."""
    body = element(dav("error"), *([] if condition is None else [condition]))
    return Response(etree.tostring(body, xml_declaration=True, encoding="utf-8"), status, None, XML)


def need_privilege(name: str, path: str) -> Response:
    """A refusal for want of a right (RFC 3744 section 7.1.1)."""
    privilege = element(dav("privilege"), element(dav(name)))
    resource = element(dav("resource"), href(path), privilege)
    return error_response(403, element(dav("need-privileges"), resource))


class Multistatus:
    """A 207 answer in the making."""

    def __init__(self, shape: ShapeFaults) -> None:
        self._shape = shape
        self._root = etree.Element(dav("multistatus"), nsmap=SPELLINGS[shape.prefixes])

    def found(
        self, path: str, properties: Iterable[etree._Element], missing: Iterable[str] = ()
    ) -> None:
        """A resource: the properties it has, and the names of those it lacks."""
        groups = {200: list(properties), 404: [element(name) for name in missing]}
        self.properties(
            path, {status: group for status, group in groups.items() if group} or {200: []}
        )

    def properties(self, path: str, groups: Mapping[int, list[etree._Element]]) -> None:
        """A resource with its properties grouped by status, one propstat each."""
        propstats = [
            element(dav("propstat"), element(dav("prop"), *group), status_line(status))
            for status, group in groups.items()
        ]
        if self._shape.missing_first:
            propstats.reverse()
        self._root.append(element(dav("response"), href(path), *propstats))

    def status(self, path: str, status: int, condition: str | None = None) -> None:
        """A resource of which only a status is told."""
        row = element(dav("response"), href(path), status_line(status))
        if condition is not None:
            row.append(element(dav("error"), element(condition)))
        self._root.append(row)

    def sync_token(self, token: str) -> None:
        """The token of a sync-collection answer."""
        self._root.append(element(dav("sync-token"), text=token))

    def answer(self) -> Response:
        """The response."""
        if self._shape.cdata:
            for name in WRAPPED:
                for wrapped in self._root.iter(name):
                    wrapped.text = etree.CDATA(wrapped.text or "")
        etree.cleanup_namespaces(self._root)
        body = etree.tostring(self._root, xml_declaration=True, encoding="utf-8")
        return Response(body, HTTPStatus.MULTI_STATUS, media_type=XML)
