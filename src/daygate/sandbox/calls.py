"""One authenticated request on its way to a handler."""

from dataclasses import dataclass

from lxml import etree
from starlette.requests import Request

from daygate.sandbox.bodies import parse
from daygate.sandbox.places import Resource
from daygate.sandbox.properties import View


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request: what it is aimed at and what it carries."""

    view: View
    request: Request
    target: Resource | None
    body: bytes

    @property
    def depth(self) -> str:
        """The Depth header; absent means infinity (RFC 4918 section 10.2)."""
        return self.request.headers.get("depth", "infinity")

    def xml(self) -> etree._Element | None:
        """The body read as XML; None when there is none."""
        return parse(self.body) if self.body.strip() else None
