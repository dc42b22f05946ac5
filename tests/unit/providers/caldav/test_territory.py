"""Where a password may travel."""

import pytest

from daygate.providers.caldav.territory import Territory

ICLOUD = Territory("https://caldav.icloud.com", ("p*-caldav.icloud.com",))


@pytest.mark.parametrize(
    "url",
    [
        "https://caldav.icloud.com/1/principal/",
        "https://p01-caldav.icloud.com/1/calendars/",
        "https://p127-caldav.icloud.com/",
    ],
)
def test_the_services_own_hosts_are_allowed(url: str) -> None:
    assert ICLOUD.allows(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://caldav.icloud.com/",
        "http://p01-caldav.icloud.com/",
        "https://caldav.icloud.com:8443/",
        "https://p01-caldav.icloud.com:8443/",
        "https://p01-caldav.icloud.com.evil.example/",
        "https://p.evil.example/-caldav.icloud.com",
        "https://pa.b-caldav.icloud.com/",
        "https://evil.example/p01-caldav.icloud.com",
        "https://icloud.com/",
    ],
)
def test_everything_else_is_not(url: str) -> None:
    assert not ICLOUD.allows(url)


def test_a_confirmed_host_is_allowed_over_https_only() -> None:
    territory = Territory("https://a.example", confirmed=frozenset({"dav.b.example"}))
    assert territory.allows("https://dav.b.example/x")
    assert not territory.allows("http://dav.b.example/x")
    assert not territory.allows("https://other.b.example/x")


def test_an_http_name_of_the_same_host_is_read_as_https() -> None:
    territory = Territory("https://a.example:8443")
    assert territory.upgraded("http://a.example/dav") == "https://a.example:8443/dav"
    assert territory.upgraded("http://b.example/dav") == "http://b.example/dav"
