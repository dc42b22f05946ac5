"""207 answers in the shapes that servers give them."""

import pytest

from daygate.providers.caldav.multistatus import preconditions, read
from daygate.providers.caldav.names import ETAG, c, d
from daygate.providers.caldav.xml import BadXml

URL = "https://dav.example/alice/"


def answer(inner: str) -> bytes:
    return f'<multistatus xmlns="DAV:">{inner}</multistatus>'.encode()


def propstat(prop: str, status: str) -> str:
    return f"<propstat><prop>{prop}</prop><status>HTTP/1.1 {status}</status></propstat>"


def test_a_property_counts_only_in_a_propstat_with_200() -> None:
    missing = propstat("<displayname>no</displayname>", "404 Not Found")
    found = propstat("<getetag>yes</getetag>", "200 OK")
    for order in (missing + found, found + missing):
        row = read(answer(f"<response><href>e</href>{order}</response>"), URL).rows[0]
        assert (row.text(ETAG), row.text(d("displayname")), row.status) == ("yes", "", 200)


def test_a_propstat_without_a_status_says_nothing() -> None:
    text = (
        "<response><href>e</href><propstat><prop><getetag>x</getetag></prop></propstat></response>"
    )
    row = read(answer(text), URL).rows[0]
    assert row.text(ETAG) == ""
    assert row.status == 0


def test_a_status_may_stand_before_the_properties() -> None:
    text = (
        "<response><href>e</href><propstat><status>HTTP/1.1 200 OK</status>"
        "<prop><getetag>x</getetag></prop></propstat></response>"
    )
    assert read(answer(text), URL).rows[0].text(ETAG) == "x"


def test_a_response_with_only_failed_propstats_has_their_status() -> None:
    text = f"<response><href>e</href>{propstat('<getetag/>', '503 Busy')}</response>"
    assert read(answer(text), URL).rows[0].status == 503


def test_a_resource_without_the_properties_asked_for_is_there() -> None:
    text = f"<response><href>e</href>{propstat('<getetag/>', '404 Not Found')}</response>"
    row = read(answer(text), URL).rows[0]
    assert (row.status, row.gone) == (200, False)


def test_a_status_of_its_own_may_name_several_hrefs() -> None:
    text = "<response><href>a</href><href>b</href><status>HTTP/1.1 404 x</status></response>"
    rows = read(answer(text), URL).rows
    assert [(row.url, row.gone) for row in rows] == [(f"{URL}a", True), (f"{URL}b", True)]


@pytest.mark.parametrize("where", ["{token}{row}", "{row}{token}"])
def test_the_sync_token_stands_first_or_last(where: str) -> None:
    row = "<response><href>a</href><status>HTTP/1.1 404 x</status></response>"
    text = where.format(row=row, token="<sync-token>t</sync-token>")
    assert read(answer(text), URL).sync_token == "t"


def test_prefixes_are_free() -> None:
    text = (
        '<ns0:multistatus xmlns:ns0="DAV:" xmlns:x="urn:ietf:params:xml:ns:caldav"><ns0:response>'
        "<ns0:href>a</ns0:href><ns0:propstat><ns0:prop><ns0:resourcetype><x:calendar/>"
        "</ns0:resourcetype></ns0:prop><ns0:status>HTTP/1.1 200 OK</ns0:status></ns0:propstat>"
        "</ns0:response></ns0:multistatus>"
    )
    assert read(text.encode(), URL).rows[0].kinds(d("resourcetype")) == {c("calendar")}


def test_hrefs_that_make_no_sense_are_left_out() -> None:
    text = "".join(
        f"<response><href>{href}</href><status>HTTP/1.1 200 OK</status></response>"
        for href in ("javascript:x", "http://[", "https://u:p@x/", "", "ok")
    )
    assert [row.url for row in read(answer(text), URL).rows] == [f"{URL}ok"]


def test_another_document_is_not_a_multistatus() -> None:
    with pytest.raises(BadXml):
        read(b"<html/>", URL)


def test_preconditions_tell_an_empty_error_from_none() -> None:
    assert preconditions(b'<error xmlns="DAV:"/>') == set()
    assert preconditions(b'<error xmlns="DAV:"><valid-sync-token/></error>') == {
        d("valid-sync-token")
    }
    assert preconditions(b"Forbidden") is None
    assert preconditions(b"<html/>") is None
