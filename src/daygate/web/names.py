"""Names that other people chose, made safe to show in a sentence of ours."""

import unicodedata

LONGEST_SHOWN = 200
# Unicode UAX #9 section 2: the characters that reorder the text around them.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})


def shown(name: str) -> str:
    """The name on one line, without characters that turn, hide or break the text around it."""
    one_line = " ".join(name.split())
    kept = "".join(
        character
        for character in one_line
        if character not in _BIDI and unicodedata.category(character) not in _INVISIBLE
    )
    return kept if len(kept) <= LONGEST_SHOWN else f"{kept[: LONGEST_SHOWN - 1]}…"


def monogram(name: str) -> str:
    """The first letter or digit, as a stand-in for a logo."""
    return next((character.upper() for character in shown(name) if character.isalnum()), "·")
