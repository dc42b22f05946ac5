"""What a person may type into a name, an e-mail address, a home page."""

import unicodedata
from collections.abc import Callable
from urllib.parse import urlsplit

from daygate.domain.errors import FieldError, Invalid, invalid

_LONGEST_EMAIL = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
_LONGEST_LOCAL = 64  # RFC 5321 section 4.5.3.1.1
_LONGEST_NAME = 120
_LONGEST_URL = 2000
# Control, format (bidi overrides, zero width), private use, surrogate, unassigned; line separators.
_HIDDEN = ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")


def email(text: str, field: str = "email") -> str:
    """A cleaned address: trimmed and in lower case, so that one person has one account."""
    cleaned = text.strip().lower()
    local, at, host = cleaned.rpartition("@")
    shaped = at and 0 < len(local) <= _LONGEST_LOCAL and host and "@" not in local
    visible = not any(c.isspace() or unicodedata.category(c) in _HIDDEN for c in cleaned)
    if not (shaped and visible and len(cleaned) <= _LONGEST_EMAIL):
        raise invalid(field, "errors.invalid", "must be an e-mail address")
    return cleaned


def name(text: str, field: str = "name") -> str:
    """A name in one visible line; hidden characters could make it read as another name."""
    cleaned = unicodedata.normalize("NFC", text).strip()
    if not cleaned:
        raise invalid(field, "errors.required", "required")
    if len(cleaned) > _LONGEST_NAME:
        raise invalid(field, "errors.too_long", f"must have at most {_LONGEST_NAME} characters")
    if any(unicodedata.category(c) in _HIDDEN for c in cleaned):
        raise invalid(field, "errors.invalid", "must not contain hidden characters")
    return cleaned


def home_page(text: str, field: str = "url") -> str:
    """The address of a home page, or nothing."""
    cleaned = text.strip()
    if not cleaned:
        return ""
    if len(cleaned) > _LONGEST_URL:
        raise invalid(field, "errors.too_long", f"must have at most {_LONGEST_URL} characters")
    if not _is_web_address(cleaned):
        raise invalid(field, "errors.must_be_valid_url", "must be an http or https address")
    return cleaned


def _is_web_address(text: str) -> bool:
    if any(c.isspace() or unicodedata.category(c) in _HIDDEN for c in text):
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and "@" not in parts.netloc


def cleaned(**checks: Callable[[], str]) -> dict[str, str]:
    """What every check gives; what is wrong is raised at once, so one round is enough."""
    results: dict[str, str] = {}
    errors: list[FieldError] = []
    for key, check in checks.items():
        try:
            results[key] = check()
        except Invalid as refusal:
            errors.extend(refusal.errors)
    if errors:
        raise Invalid(errors)
    return results
