"""Hrefs as servers spell them."""

from urllib.parse import urlsplit

import pytest

from daygate.providers.caldav.hrefs import (
    BadHref,
    as_collection,
    folded,
    name_of,
    netloc,
    origin,
    path,
    resolve,
    same,
)

BASE = "https://dav.example/alice/work/"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("e.ics", f"{BASE}e.ics"),
        ("/bob/", "https://dav.example/bob/"),
        ("https://DAV.example:443/x", "https://dav.example/x"),
        ("https://dav.example:8443/x", "https://dav.example:8443/x"),
        ("/%7euser/%2fx", "https://dav.example/~user/%2Fx"),
        ("/a b/ü", "https://dav.example/a%20b/%C3%BC"),
        ("/a@b/%40", "https://dav.example/a@b/%40"),
        ("../x", "https://dav.example/alice/x"),
        ("%2e%2e/x", "https://dav.example/alice/x"),
        ("/x?y=z#f", "https://dav.example/x"),
        ("//other.example/x", "https://other.example/x"),
        ("https://dav.example", "https://dav.example/"),
        ("https://[::1]:8443/x", "https://[::1]:8443/x"),
    ],
)
def test_an_href_resolves_to_one_normal_spelling(href: str, url: str) -> None:
    assert resolve(BASE, href) == url


@pytest.mark.parametrize(
    "href", ["mailto:a@b", "javascript:1", "https://@/", "https://a:b@c/", "https://a:port/"]
)
def test_what_is_no_web_address_is_refused(href: str) -> None:
    with pytest.raises(BadHref):
        resolve(BASE, href)


def test_two_spellings_are_the_same_for_comparing_only() -> None:
    assert same("https://x/a@b/", "https://x/a%40b")
    assert not same("https://x/a/", "https://y/a/")
    assert folded("a%40b") == "a@b"


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://x/a/b", ("https://x", "x", "/a/b")),
        ("https://[::1]:8443/a", ("https://[::1]:8443", "[::1]:8443", "/a")),
        ("http://x:80", ("http://x:80", "x:80", "")),
    ],
)
def test_a_resolved_url_comes_apart_as_a_parser_of_urls_says(
    url: str, parts: tuple[str, str, str]
) -> None:
    general = urlsplit(url)
    assert (origin(url), netloc(url), path(url)) == parts
    assert (netloc(url), path(url)) == (general.netloc, general.path)


def test_names_and_collections() -> None:
    assert name_of("https://x/a/b%40.ics") == "b%40.ics"
    assert name_of("https://x/a/") == ""
    assert name_of("https://x/a/%2e%2E") == ""
    assert as_collection("https://x/a") == as_collection("https://x/a/") == "https://x/a/"
    assert origin("https://x:8443/a") == "https://x:8443"
