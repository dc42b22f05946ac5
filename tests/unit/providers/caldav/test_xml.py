"""Reading a stranger's XML: what is refused, and how fast."""

import pytest

from daygate.providers.caldav.xml import MAX_DEPTH, MAX_ELEMENTS, BadXml, parse, text_of


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"plain text",
        b"<a>",
        b"<a/><b/>",
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x"><a/>',
        "<!DOCTYPE a><a/>".encode("utf-16"),
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><a>&y;</a>',
        b"<a>&unknown;</a>",
        b"<a>\x0b</a>",
        b"<d:a/>" * 2,
    ],
)
def test_what_is_not_plain_xml_is_refused(body: bytes) -> None:
    with pytest.raises(BadXml):
        parse(body)


def test_depth_is_capped() -> None:
    assert parse(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH).tag == "a"
    with pytest.raises(BadXml):
        parse(b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1))


def test_the_number_of_elements_is_capped() -> None:
    with pytest.raises(BadXml):
        parse(b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>")


def test_the_number_of_attributes_is_capped() -> None:
    many = " ".join(f'a{number}=""' for number in range(1001)).encode()
    with pytest.raises(BadXml):
        parse(b"<a " + many + b"/>")


def test_comments_and_instructions_disappear_and_cdata_is_text() -> None:
    root = parse(b"<a><!-- x --><?y z?><b><![CDATA[1 < 2]]></b></a>")
    assert len(root) == 1
    assert text_of(root[0]) == "1 < 2"
    assert text_of(root.find("missing")) == ""
