"""Which rows are calendar objects, and their revisions."""

import pytest

from daygate.providers.caldav.members import content_hash, members, revision
from daygate.providers.caldav.multistatus import read
from daygate.providers.caldav.territory import Territory

WORK = "https://dav.example/work/"
TERRITORY = Territory("https://dav.example")


@pytest.mark.parametrize("etag", ['"x"', 'W/"x"', "x", ' "x" '])
def test_every_spelling_of_an_etag_is_one_revision(etag: str) -> None:
    assert revision(etag) == '"x"'


def test_no_etag_is_no_revision() -> None:
    assert revision("") == revision('""') == ""
    assert content_hash(b"a") != content_hash(b"b")


def keys(href: str, props: str = "") -> set[str]:
    text = (
        f'<multistatus xmlns="DAV:"><response><href>{href}</href><propstat><prop>{props}</prop>'
        "<status>HTTP/1.1 200 OK</status></propstat></response></multistatus>"
    )
    return set(members(read(text.encode(), WORK).rows, WORK, TERRITORY))


@pytest.mark.parametrize(
    "kind", ["text/calendar; charset=utf-8", "text/vtodo", "message/rfc822", "", "text/plain"]
)
def test_these_types_are_calendar_objects(kind: str) -> None:
    assert keys("/work/e.ics", f"<getcontenttype>{kind}</getcontenttype>") == {"e.ics"}


def test_other_types_and_collections_and_other_hosts_are_not() -> None:
    assert keys("/work/e.vcf", "<getcontenttype>text/vcard</getcontenttype>") == set()
    assert keys("/work/e", "<getcontenttype>text/plain</getcontenttype>") == set()
    assert keys("/work/sub", "<resourcetype><collection/></resourcetype>") == set()
    assert keys("/work/") == keys("/work") == keys("https://evil.example/work/e.ics") == set()
    assert keys("/work/" + "x" * 2000) == set()


def test_an_object_without_a_type_or_under_an_alias_counts() -> None:
    assert keys("/work/e") == {"e"}
    assert keys("/alias/work/e.ics") == {"e.ics"}
