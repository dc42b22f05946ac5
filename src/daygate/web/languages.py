"""The languages of the pages: which one a person gets, and the words in it."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from daygate.web.names import shown

DEFAULT = "en"
LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
}
_LOCALES = Path(__file__).parent / "locales"


@dataclass(frozen=True, slots=True)
class Words:
    """The messages of one language; calling it gives one message, with what is put in escaped."""

    code: str
    messages: Mapping[str, str] = field(repr=False)

    def __call__(self, key: str, /, **names: object) -> Markup:
        """The message of `key`; names are cleaned of control characters and escaped."""
        shown_names = {
            name: shown(value)
            if isinstance(value, str) and not hasattr(value, "__html__")
            else value
            for name, value in names.items()
        }
        return Markup(self.messages[key]).format(**shown_names)  # noqa: S704

    def has(self, key: str) -> bool:
        """Whether there is such a message."""
        return key in self.messages

    def text(self, key_or_text: str) -> str:
        """A message if it is the key of one, else the text itself, escaped when it is shown."""
        return self(key_or_text) if self.has(key_or_text) else key_or_text


@cache
def words(code: str) -> Words:
    """The words of a language we have."""
    with (_LOCALES / f"{code}.toml").open("rb") as file:
        return Words(code, dict(_flatten(tomllib.load(file))))


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, str):
            yield f"{prefix}{key}", value
        else:
            yield from _flatten(value, f"{prefix}{key}.")


def remember(request: Request, locale: str) -> None:
    """The language that the application asked for, on every page of this request."""
    request.state.locale = locale


def words_for(request: Request, locale: str = "") -> Words:
    """The language asked for by name or by the application, else the browser's, else English."""
    remembered = getattr(request.state, "locale", "")
    wanted = (locale, request.query_params.get("locale", ""), remembered, *_accepted(request))
    known = (code for tag in wanted if (code := _primary(tag)) in LANGUAGES)
    return words(next(known, DEFAULT))


def _primary(tag: str) -> str:
    return tag.strip().replace("_", "-").split("-")[0].lower()


def _accepted(request: Request) -> list[str]:
    """The tags of Accept-Language, best first (RFC 9110 section 12.5.4)."""
    ranges = (part.partition(";") for part in request.headers.get("accept-language", "").split(","))
    weighed = [(_quality(parameters), tag) for tag, _, parameters in ranges]
    weighed.sort(key=lambda pair: -pair[0])
    return [tag for quality, tag in weighed if quality > 0]


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
