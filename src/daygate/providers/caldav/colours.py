"""Calendar colours: what services write, as `#RRGGBB`."""

import re

_HEX = re.compile(r"#?([0-9a-f]{6})(?:[0-9a-f]{2})?", re.IGNORECASE)
_SHORT = re.compile(r"#([0-9a-f])([0-9a-f])([0-9a-f])", re.IGNORECASE)
# The basic colour keywords of CSS Color Module Level 4 section 6.1, and the few others that
# calendar programs offer.
_NAMES = {
    "aqua": "#00FFFF",
    "black": "#000000",
    "blue": "#0000FF",
    "brown": "#A52A2A",
    "cyan": "#00FFFF",
    "fuchsia": "#FF00FF",
    "gray": "#808080",
    "green": "#008000",
    "grey": "#808080",
    "lime": "#00FF00",
    "magenta": "#FF00FF",
    "maroon": "#800000",
    "navy": "#000080",
    "olive": "#808000",
    "orange": "#FFA500",
    "pink": "#FFC0CB",
    "purple": "#800080",
    "red": "#FF0000",
    "silver": "#C0C0C0",
    "teal": "#008080",
    "turquoise": "#40E0D0",
    "violet": "#EE82EE",
    "white": "#FFFFFF",
    "yellow": "#FFFF00",
}


def rgb(text: str) -> str | None:
    """`#RRGGBB` in upper case; the alpha that Apple appends is dropped; None when unreadable."""
    text = text.strip()
    if found := _HEX.fullmatch(text):
        return f"#{found[1].upper()}"
    if found := _SHORT.fullmatch(text):
        return "#" + "".join(2 * digit for digit in found.groups()).upper()
    return _NAMES.get(text.lower())
