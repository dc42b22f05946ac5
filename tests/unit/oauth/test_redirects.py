"""A redirect URI is compared as a string; two exceptions are narrow, and tricks are refused."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from daygate.domain.application import Application
from daygate.oauth import redirects
from tests.unit.oauth.rows import application

REGISTERED = "https://a.example/cb"


def _verified(*approved: str, **changes: Any) -> Application:
    return application(verified=True, approved_uris=approved, **changes)


@pytest.mark.parametrize(
    "uri",
    [
        "http://a.example/cb",
        "custom://a.example/cb",
        "https://a.example:443/cb",
        "https://b.example/cb",
        "https://a.example.evil/cb",
        "https://evil@a.example/cb",
        "https://user:pw@a.example/cb",
        "https://a.example/cb/",
        "https://a.example/cb/..",
        "https://a.example/cb%2f..",
        "https://a.example/cb%252f..",
        "https://a.example/%63b",
        "https://a.example/CB",
        "https://a.example//cb",
        "https://a.example/cb?x=1",
        "https://a.example/cb?",
        "https://a.example/cb#",
        "https://a.example/cb#x",
        "https://a.example/cb;p=1",
        "https:\\\\a.example\\cb",
        "https://a.example\\@evil/cb",
        "https://a.example/cb\t",
        "https://a.example/c\rb",
        "https://a.example/cb\n",
        "https://a.example/cb\x00",
        " https://a.example/cb",
        "https://a.example/cb ",
        "https://а.example/cb",  # noqa: RUF001 (a homograph is the point)
        "https://%61.example/cb",
        "https://a.example/cb" + "x" * 4096,
        "HTTPS://A.EXAMPLE/cb",
        "https://A.EXAMPLE/cb",
        "//a.example/cb",
        "/cb",
        "",
    ],
)
def test_t3_t4_anything_but_the_registered_string_is_refused(uri):
    assert redirects.acceptable(_verified(REGISTERED), REGISTERED)
    assert not redirects.acceptable(_verified(REGISTERED), uri)


def test_t5_a_registered_query_matches_only_itself():
    app = _verified("https://a.example/cb?x=1&y=2")
    assert redirects.acceptable(app, "https://a.example/cb?x=1&y=2")
    for query in ("", "?y=2&x=1", "?x=1", "?x=1&y=2&z=3"):
        assert not redirects.acceptable(app, f"https://a.example/cb{query}")


@pytest.mark.parametrize("registered", ["http://127.0.0.1/cb?a=1", "http://[::1]:8000/cb?a=1"])
def test_t7_the_port_of_a_loopback_address_is_free_and_nothing_else(registered):
    app = _verified(registered)
    host = "[::1]" if "[" in registered else "127.0.0.1"
    for port in ("", ":1", ":8040", ":65535"):
        assert redirects.acceptable(app, f"http://{host}{port}/cb?a=1")
    for uri in (
        f"https://{host}:8000/cb?a=1",
        f"http://{host}:8000/cb",
        f"http://{host}:8000/cb?a=1&b=2",
        f"http://{host}:8000/cb2?a=1",
        f"http://{host}:0/cb?a=1",
        f"http://{host}:65536/cb?a=1",
        f"http://{host}:x/cb?a=1",
        f"http://{host}.evil/cb?a=1",
        f"http://{host}:80@evil/cb?a=1",
        "http://localhost:8000/cb?a=1",
        "http://127.0.0.2:8000/cb?a=1",
    ):
        assert not redirects.acceptable(app, uri)


@pytest.mark.parametrize("origin", ["https://127.0.0.1", "http://10.0.0.1", "http://localhost"])
def test_t8_no_other_address_has_a_free_port(origin):
    app = _verified(f"{origin}/cb")
    assert redirects.acceptable(app, f"{origin}/cb")
    assert not redirects.acceptable(app, f"{origin}:8000/cb")


def test_one_label_may_vary_where_the_operator_allowed_wildcards():
    app = _verified("https://*.example.com/cb", host_wildcards=True)
    assert redirects.acceptable(app, "https://tenant-1.example.com/cb")
    for host in (
        "example.com", "a.b.example.com", ".example.com", "-a.example.com", "*.example.com.evil",
        "evil.com/x.example.com", "evil?.example.com", "evil#.example.com", "TENANT.example.com",
    ):  # fmt: skip
        assert not redirects.acceptable(app, f"https://{host}/cb")
    assert not redirects.acceptable(app, "https://tenant.example.com/cb/x")
    plain = _verified("https://*.example.com/cb", host_wildcards=False)
    assert not redirects.acceptable(plain, "https://tenant.example.com/cb")


def test_a_verified_application_may_not_use_what_is_still_pending():
    app = _verified(REGISTERED, pending_uris=("https://a.example/new",))
    assert not redirects.acceptable(app, "https://a.example/new")


@pytest.mark.parametrize(
    "uri",
    ["https://anything.example/x?y=z", "http://intranet:8080/cb", "http://[2001:db8::1]:80/cb",
     "http://127.0.0.1:3000", "https://a.example/%7Euser"],
)  # fmt: skip
def test_an_unverified_application_may_name_any_sane_address(uri):
    assert redirects.acceptable(application(verified=False, approved_uris=()), uri)


@pytest.mark.parametrize(
    "uri",
    [
        "http://[::1", "http://::1]/", "http://[::1]evil/", "http://[v1.x]/", "http:///cb",
        "https://a.example:99999/cb", "https://a.example:/cb", "https://u@a.example/cb",
        "https://a.example/cb#", "com.example.app:/cb", "com.example.app://cb",
        "javascript:alert(1)",
        "data:text/html,x", "file:///etc/passwd", "https://*.example.com/cb", "https://a.example/%zz",
        "https://a.example/" + "x" * 2000, "https://a b.example/", "https:a.example/cb",
        'https://a.example/"', "https://a.example/<x>", "https://a.example/{x}",
    ],
)  # fmt: skip
def test_t9_t83_a_trick_is_refused_and_never_crashes(uri):
    assert not redirects.acceptable(application(verified=False, approved_uris=()), uri)


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://a.example/cb", "https://a.example/cb?code=c&iss=i"),
        ("https://a.example", "https://a.example?code=c&iss=i"),
        ("https://a.example/cb?x=%2F&y", "https://a.example/cb?x=%2F&y&code=c&iss=i"),
        ("https://a.example/cb?", "https://a.example/cb?code=c&iss=i"),
        ("https://a.example/cb?iss=evil&%63ode=x&k=1", "https://a.example/cb?k=1&code=c&iss=i"),
    ],
)
def test_t5_t17_our_parameters_are_appended_exactly_once(uri, expected):
    assert redirects.location(uri, {"code": "c", "iss": "i"}) == expected


@pytest.mark.parametrize(
    "state", ["a b", "%2B+&=?#", "\"'<>", "é€😀", "line\r\nSet-Cookie: x=1", "%"]
)
def test_t14_t16_a_state_comes_back_byte_for_byte_and_splits_no_header(state):
    location = redirects.location(REGISTERED, {"state": state})
    assert parse_qs(urlsplit(location).query)["state"] == [state]
    assert location.isascii()
    assert location.isprintable()
