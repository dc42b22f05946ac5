"""Reading XML that a stranger wrote: no DTD, no entities, no network, and caps on everything."""

from lxml import etree

# libxml2 refuses nesting beyond 256 by itself; our own caps are lower and do not depend on its
# version. 200,000 elements hold a listing of about 25,000 calendar objects.
MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 200_000
MAX_ATTRIBUTES = 1_000


class BadXml(ValueError):
    """The text is not XML, or not XML we agree to read."""


def parse(body: bytes) -> etree._Element:
    """The root element of `body`; comments and processing instructions are dropped."""
    if len(body) > MAX_BYTES:
        raise BadXml("document too large")
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
    depth = elements = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
            raise BadXml("too many or too deeply nested elements")
        if len(element.attrib) > MAX_ATTRIBUTES:
            raise BadXml("too many attributes")
