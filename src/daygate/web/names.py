"""Names that other people and programs chose, made fit to show in a sentence of ours."""

import unicodedata

LONGEST_SHOWN = 200
# Unicode UAX #9 section 2: the characters that reorder the text around them.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})

# A User-Agent names its ancestors too (RFC 9110 section 10.1.5): the first that fits is meant.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


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


def browser(agent: str) -> str:
    """`Firefox, Windows` for a User-Agent of a browser; of anything else, what it says."""
    name = _first(_BROWSERS, agent)
    system = _first(_SYSTEMS, agent)
    return f"{name}, {system}" if name and system else shown(agent) or "unknown"


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for said, name in known if said in agent), "")
