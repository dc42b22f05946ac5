"""Reading 207 Multi-Status (RFC 4918 section 13) by namespace and local name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from lxml import etree

from daygate.providers.caldav import xml
from daygate.providers.caldav.hrefs import BadHref, resolve
from daygate.providers.caldav.names import HREF, STATUS, SYNC_TOKEN, d

OK = HTTPStatus.OK
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
Props = Mapping[str, etree._Element]


@dataclass(frozen=True, slots=True)
class Row:
    """What an answer says of one resource.

    `props` holds only properties that stand in a propstat with status 200. `status` is the
    response's own, or the worst of its propstats when none of them is 200. Propstats of 404 say
    that properties are missing, never that the resource is.
    """

    url: str
    status: int
    props: Props = field(default_factory=dict)
    base: str = ""

    @property
    def gone(self) -> bool:
        """Whether the server says that nothing is there."""
        return self.status in GONE

    def text(self, name: str) -> str:
        """A property's text; empty when absent."""
        return xml.text_of(self.props.get(name))

    def hrefs(self, name: str) -> list[str]:
        """The hrefs inside a property, resolved; those that make no sense are left out."""
        prop = self.props.get(name)
        if prop is None:
            return []
        return list(_resolved(self.base or self.url, prop))

    def kinds(self, name: str) -> set[str]:
        """Names of the elements directly inside a property."""
        prop = self.props.get(name)
        return set() if prop is None else {str(child.tag) for child in prop}


@dataclass(frozen=True, slots=True)
class Multistatus:
    """A whole answer, its hrefs resolved against the URL that gave it."""

    rows: tuple[Row, ...]
    sync_token: str = ""


def read(body: bytes, url: str) -> Multistatus:
    """Parse an answer. Raises `BadXml` when it is not a multistatus."""
    root = xml.parse(body)
    if root.tag != d("multistatus"):
        raise xml.BadXml(f"expected a multistatus, got {root.tag}")
    rows = [row for response in root.iterfind(d("response")) for row in _rows(response, url)]
    return Multistatus(tuple(rows), xml.text_of(root.find(SYNC_TOKEN)))


def preconditions(body: bytes) -> set[str] | None:
    """Names inside a `DAV: error` body (RFC 4918 section 16); None when there is no such body."""
    try:
        root = xml.parse(body)
    except xml.BadXml:
        return None
    return {str(child.tag) for child in root} if root.tag == d("error") else None


def _rows(response: etree._Element, url: str) -> Iterator[Row]:
    """One row per href: a response with its own status may name several (section 14.24)."""
    props, status = _propstats(response)
    own = response.find(STATUS)
    if own is not None:
        status = _code(own)
    for href in _resolved(url, response):
        yield Row(href, status, props, url)


def _propstats(response: etree._Element) -> tuple[dict[str, etree._Element], int]:
    props: dict[str, etree._Element] = {}
    codes = []
    for propstat in response.iterfind(d("propstat")):
        code = _code(propstat.find(STATUS))
        codes.append(code)
        if code == OK:
            props.update({str(e.tag): e for prop in propstat.iterfind(d("prop")) for e in prop})
    failed = [code for code in codes if code not in GONE]
    return props, OK if OK in codes or not failed else max(failed)


def _resolved(base: str, parent: etree._Element) -> Iterator[str]:
    for href in parent.iterfind(HREF):
        if text := xml.text_of(href):
            try:
                yield resolve(base, text)
            except BadHref:
                continue


def _code(status: etree._Element | None) -> int:
    """`HTTP/1.1 404 Not Found` -> 404; an unreadable or absent line is 0, which is never 200."""
    words = xml.text_of(status).split()
    code = next((word for word in words if word.isascii() and word.isdigit()), "")
    return int(code[:3]) if code else 0
