"""URLs: what is followed, what is refused for its spelling alone, where redirects may lead."""

import pytest

from daygate.kit.outbound.faults import BadUrl
from daygate.kit.outbound.targets import next_target, normal_url, target_of


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("https://dav.example/", "https://dav.example/"),
        ("https://dav.example", "https://dav.example/"),
        ("HTTPS://Dav.Example:443/A", "https://dav.example/A"),
        ("webcal://dav.example/team.ics", "https://dav.example/team.ics"),
        ("webcals://dav.example/team.ics", "https://dav.example/team.ics"),
        (
            "https://dav.example/me%40home/a@b/%2F?x=%20&y",
            "https://dav.example/me%40home/a@b/%2F?x=%20&y",
        ),
        ("https://dav.example/x#part", "https://dav.example/x"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://[2606:4700::1111]:8443/x", "https://[2606:4700::1111]:8443/x"),
        ("http://dav.example:5232/", "http://dav.example:5232/"),
        ("https://dav.example:5001/", "https://dav.example:5001/"),
    ],
)
def test_g1_a_followed_url_keeps_its_path_byte_for_byte(text, normal):
    assert normal_url(text) == normal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dav.example",
        "//dav.example/",
        "https:///x",
        "ftp://dav.example/",
        "file:///etc/passwd",
        "unix:///run/docker.sock",
        "gopher://dav.example/",
        "javascript:alert(1)",
        "https://user@dav.example/",
        "https://user:pw@dav.example/",
        "https://@dav.example/",
        "https://dav.example\\@evil.example/",
        "https://dav.example /",
        "https://dav.example/a b",
        "https://dav.example/\r\nX: y",
        "https://dav.example/\x00",
        "https://dav.example/\udcff",
        "https://dav.example:22/",
        "https://dav.example:25/",
        "https://dav.example:1023/",
        "https://dav.example:99999/",
        "https://[fe80::1%25eth0]/",
        "https://[v1.x]/",
        "https://%31%32%37.0.0.1/",
        "https://-dav.example/",
        "https://dav..example/",
        "https://" + "a" * 254 + ".example/",
        "https://dav.example/" + "a" * 2048,
    ],
)
def test_g1_a_url_outside_the_rules_is_refused(text):
    with pytest.raises(BadUrl):
        target_of(text)


@pytest.mark.parametrize(
    "host",
    ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "127.0.0.1.", "1.2.3.0x4", "0x"],
)
def test_an_ipv4_address_in_an_unusual_spelling_is_refused(host):
    with pytest.raises(BadUrl, match="unusual spelling"):
        target_of(f"https://{host}/")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "\uff11\uff12\uff17.\uff10.\uff10.\uff11",
        "\u2460\u2461\u2466.0.0.1",
        "127\u30020\u30020\u30021",
    ],
)
def test_digits_of_other_scripts_are_read_as_the_address_they_mean(host):
    assert target_of(f"https://{host}/").literal == "127.0.0.1"


def test_a_bad_url_is_never_quoted_with_its_secrets():
    with pytest.raises(BadUrl) as caught:
        target_of("https://user:hunter2@dav.example/?token=hunter2")
    assert "hunter2" not in str(caught.value)


def test_a_redirect_is_read_relative_to_where_it_came_from():
    current = target_of("https://dav.example/a/b?x=1")
    assert str(next_target(current, "c").url) == "https://dav.example/a/c"
    assert str(next_target(current, "/%40me/").url) == "https://dav.example/%40me/"
    assert str(next_target(current, "//other.example/x").url) == "https://other.example/x"
    assert str(next_target(current, "https://other.example:8443").url) == (
        "https://other.example:8443/"
    )


@pytest.mark.parametrize(
    "location",
    [
        "http://dav.example/",
        "http://127.0.0.1:8080/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://user:pw@dav.example/",
        "https://dav.example/a b",
        "https://dav.example:22/",
        "https://[::1",
    ],
)
def test_g4_a_redirect_to_a_lesser_place_is_refused(location):
    with pytest.raises(BadUrl):
        next_target(target_of("https://dav.example/a"), location)


def test_g4_only_between_loopback_urls_may_a_redirect_leave_tls():
    current = target_of("https://localhost:8443/")
    assert next_target(current, "http://127.0.0.1:8080/").host == "127.0.0.1"
    with pytest.raises(BadUrl, match="https to http"):
        next_target(current, "http://dav.example/")
