"""Reading XML that a stranger wrote: no DTD, no entities, no network, and caps on everything."""

import codecs
import re

from lxml import etree

# libxml2 refuses nesting beyond 256 by itself; our own caps are lower and do not depend on its
# version. 200,000 elements hold a listing of about 25,000 calendar objects.
MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 200_000
MAX_ATTRIBUTES = 1_000
# Two for each element, and room for markup inside CDATA.
_MAX_MARKS = 5 * MAX_ELEMENTS
_ENCODING = re.compile(rb"""\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-", b"windows-125")
_BEGINNINGS = (b"<", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TOO_DEEP = "boolean(" + "/*" * (MAX_DEPTH + 1) + ")"
_TOO_BROAD = f"boolean(//*[count(@*) > {MAX_ATTRIBUTES}])"


class BadXml(ValueError):
    """The text is not XML, or not XML we agree to read."""


def parse(body: bytes) -> etree._Element:
    """The root element of `body`; comments and processing instructions are dropped."""
    _refuse_unseen(body)
    try:
        root = etree.fromstring(body, _parser())
    except etree.XMLSyntaxError as error:
        raise BadXml(f"not XML: {error.msg}") from error
    if root is None:
        raise BadXml("empty document")
    _refuse_doctype(root)
    _hold_caps(root)
    return root


def text_of(element: etree._Element | None) -> str:
    """Text and CDATA directly inside an element, stripped; empty when there is none."""
    return "" if element is None else (element.text or "").strip()


def _refuse_unseen(body: bytes) -> None:
    """Refuse what would be costly to parse, before parsing it.

    Counting `<` needs an encoding in which it is one byte, as in all that servers use.
    """
    if len(body) > MAX_BYTES or body.count(b"<") > _MAX_MARKS:
        raise BadXml("document too large")
    encoding = _ENCODING.match(body)
    if encoding and not encoding[1].lower().startswith(_ENCODINGS):
        raise BadXml("an encoding that is not spoken here")
    if not body.lstrip().startswith(_BEGINNINGS):
        raise BadXml("not XML")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )


def _refuse_doctype(root: etree._Element) -> None:
    # libxml2 makes an internal subset for every DOCTYPE, an external one included.
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadXml("a DOCTYPE is not allowed")


def _hold_caps(root: etree._Element) -> None:
    """Counted by XPath, in C: a walk in Python takes seconds over a large listing."""
    try:
        elements = root.xpath("count(//*)")
        deep = root.xpath(_TOO_DEEP)
        broad = root.xpath(_TOO_BROAD)
    except etree.XPathError as error:
        raise BadXml("too many elements") from error
    if not isinstance(elements, float) or elements > MAX_ELEMENTS or deep or broad:
        raise BadXml("too many elements, too deeply nested, or too many attributes")
