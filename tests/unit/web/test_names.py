"""Hostile names become harmless lines, and those of browsers short ones."""

import pytest

from daygate.web.names import LONGEST_SHOWN, browser, monogram, shown


def test_a_name_stays_on_one_line_without_control_or_bidi_characters():
    assert shown("  Planner\r\n\x00\u2066Pro\u2069\u200f ") == "Planner Pro"


def test_a_long_name_is_cut_with_a_mark():
    assert shown("x" * 5000) == "x" * (LONGEST_SHOWN - 1) + "…"


def test_a_monogram_is_the_first_letter_or_a_dot():
    assert (monogram("«éclair»"), monogram("!!")) == ("É", "·")


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/142.0.0.0 Safari/537.36",
            "Chrome, Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("curl/8.14.1", "curl/8.14.1"),
        ("\u202e", "unknown"),
    ],
)
def test_a_browser_is_named_without_its_ancestors(agent: str, name: str):
    assert browser(agent) == name
