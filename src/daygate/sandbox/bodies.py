"""Request bodies: XML read without DTD, entities or network (RFC 4918 section 20.6)."""

from dataclasses import dataclass

from lxml import etree

from daygate.sandbox.multistatus import dav

BODY_LIMIT_BYTES = 1_048_576


class BadBody(Exception):
    """Not XML, or XML with a document type."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a PROPFIND or a report asks for; `names` is None for allprop."""

    names: tuple[str, ...] | None
    names_only: bool = False


def parse(body: bytes) -> etree._Element:
    """The root of a request body."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise BadBody("not well-formed") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadBody("a document type")
    return root


def wanted(root: etree._Element) -> Wanted:
    """The properties asked for below a propfind or report element."""
    if root.find(dav("propname")) is not None:
        return Wanted(None, names_only=True)
    prop = root.find(dav("prop"))
    if prop is None:
        return Wanted(None)
    return Wanted(tuple(str(child.tag) for child in prop.iterchildren("*")))


def text_of(root: etree._Element, *path: str) -> str | None:
    """The text at a path below an element, stripped; None when there is no such element."""
    found: etree._Element | None = root
    for name in path:
        found = None if found is None else found.find(name)
    return None if found is None else "".join(map(str, found.itertext())).strip()
