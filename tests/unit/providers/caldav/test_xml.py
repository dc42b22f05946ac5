"""Reading a stranger's XML: what is refused, and how fast."""

import time

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


@pytest.mark.parametrize("encoding", ["cp037", "utf-7"])
def test_encodings_that_hide_the_marks_are_refused(encoding: str) -> None:
    for text in ("<a/>", f'<?xml version="1.0" encoding="{encoding}"?><a/>'):
        with pytest.raises(BadXml):
            parse(text.encode(encoding) if encoding != "utf-7" else b"+ADw-a/+AD4-")
    with pytest.raises(BadXml):
        parse(f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode())


@pytest.mark.parametrize("text", ["<a>\u00fc</a>", '<?xml version="1.0"?><a>\u00fc</a>'])
def test_the_usual_encodings_are_read(text: str) -> None:
    assert parse(text.encode()).text == "\u00fc"
    assert parse(text.encode("utf-8-sig")).text == "\u00fc"
    assert parse(text.encode("utf-16")).text == "\u00fc"
    latin = b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xfc</a>'
    assert parse(latin).text == "\u00fc"


def test_a_bomb_of_elements_is_refused_before_it_is_parsed() -> None:
    started = time.process_time()
    with pytest.raises(BadXml):
        parse(b"<a>" + b"<b/>" * 5_000_000 + b"</a>")
    assert time.process_time() - started < 1


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
