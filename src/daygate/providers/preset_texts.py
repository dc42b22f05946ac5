"""What the forms of services say in other languages than English: one table beside the presets."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_WRITTEN_IN = "en"


def in_language(text: str, code: str) -> str | None:
    """A text of a preset in the language `code`; None if it is known in English alone."""
    return text if code == _WRITTEN_IN else texts().get(text, {}).get(code)


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """The whole table: English text -> code -> text."""
    return tomllib.loads(
        files("daygate.providers").joinpath("preset_texts.toml").read_text("utf-8")
    )
