"""Hostile names become harmless lines."""

from daygate.web.names import LONGEST_SHOWN, monogram, shown


def test_a_name_stays_on_one_line_without_control_or_bidi_characters():
    assert shown("  Planner\r\n\x00\u2066Pro\u2069\u200f ") == "Planner Pro"


def test_a_long_name_is_cut_with_a_mark():
    assert shown("x" * 5000) == "x" * (LONGEST_SHOWN - 1) + "…"


def test_a_monogram_is_the_first_letter_or_a_dot():
    assert (monogram("«éclair»"), monogram("!!")) == ("É", "·")
