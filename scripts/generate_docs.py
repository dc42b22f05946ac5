"""Write the pages of `docs/` that the code already says: settings and errors.

python scripts/generate_docs.py             writes them
python scripts/generate_docs.py --check     exits 1 and names those that are out of date
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import annotated_types
import orjson
from pydantic.fields import FieldInfo

from daygate.domain import errors
from daygate.oauth import refusals
from daygate.settings import Settings
from daygate.web import errors as api
from daygate.web.oauth.token import refused

DOCS = Path(__file__).parent.parent / "docs"
_NOTE = "Written by `make docs` from the code; a test compares the two.\n"

_SETTINGS = f"""# Settings

{_NOTE}
Every setting is an environment variable, or a line of `daygate.toml` in the working directory with
the same name in lower case and without `DAYGATE_`. The environment wins. A value that cannot be
read stops the start, and the message names the setting without repeating its value. Lists are
comma-separated in the environment and arrays in the file. Durations are in the unit that ends the
name: `_S` seconds, `_DAYS` days.
"""

_ERRORS = f"""# Errors

{_NOTE}
## The API: `/v1`

The statuses and bodies are those of the Cronofy API. Every answer repeats its status line in a
`Status` header. A body is empty where the table shows none.
"""

_TRADE = """
## The token endpoint: `/oauth/token`, `/oauth/token/revoke`

Answers follow RFC 6749 section 5.2. For `invalid_grant` the body also holds
`{"errors": {FIELD: [{"key": "errors.unknown_or_used", "description": TEXT}]}}`, as SDKs expect it.
"""

_AUTHORIZATION = """
## The authorization endpoint: `/oauth/authorize`

A verified application is told by a redirect with `error`, `error_description`, `state` and `iss`
(RFC 6749 section 4.1.2.1, RFC 9207). For an application that is not verified the person sees a
page with a "Return to HOST" button that carries the same parameters: an automatic redirect to an
address anybody may register would be an open redirector (RFC 9700 section 4.11). An unknown
`client_id`, or a `redirect_uri` the application may not use, is shown without such a button.

| error | when | what to do |
|---|---|---|
| `invalid_request` | A parameter is missing, repeated or malformed | Read `error_description` |
| `unauthorized_client` | The application is closed | Ask the operator |
| `unsupported_response_type` | `response_type` is not `code` | Send `code` |
| `invalid_scope` | A scope is unknown | See `scopes_supported` in the metadata |
| `access_denied` | The person said no, or an unverified application has connected all it may | \
Offer to try again; have the application verified |
"""

API: tuple[tuple[errors.Refusal, str, str], ...] = (
    (
        errors.Unauthenticated(given=True),
        "No access token, or one that is unknown, expired or revoked",
        "Refresh the token; if that fails, send the person through `/oauth/authorize` again",
    ),
    (
        errors.Malformed("TEXT"),
        "The request itself is broken, such as two `Authorization` headers",
        "Mend the request",
    ),
    (
        errors.Forbidden("SCOPE"),
        "The token lacks the scope named in `WWW-Authenticate`",
        "Ask for the scope in a new authorization",
    ),
    (errors.NotFound(), "Nothing there, or nothing for this token", "Check the address and the id"),
    (
        errors.invalid("FIELD", "errors.KEY", "TEXT"),
        "One or more fields are wrong; each is named",
        "Read `description`; programs compare `key`",
    ),
    (
        errors.ProfileLocked(),
        "The calendar account is disconnected",
        "Send the person to the profile's `profile_relink_url`",
    ),
    (errors.TooMany(1), "Over the application's rate", "Wait for `Retry-After` seconds"),
    (errors.TooLarge(0), "The body is over the cap", "Send less at once"),
    (
        errors.Unavailable(),
        "The database does not answer; nothing was half done",
        "Try again after `Retry-After` seconds",
    ),
)

TOKEN: tuple[tuple[errors.Refusal, str, str], ...] = (
    (
        refusals.InvalidRequest("TEXT"),
        "A parameter is missing, repeated or malformed",
        "Read `error_description`",
    ),
    (
        refusals.InvalidClient(),
        "Nobody has this `client_id` with this secret",
        "Check both; a rotated secret works for one more day",
    ),
    (
        refusals.InvalidGrant("FIELD"),
        "The code or refresh token is unknown, used, expired or another application's",
        "Start a new authorization. A code presented twice also ends the tokens it gave",
    ),
    (
        refusals.InvalidScope("TEXT"),
        "The scope is unknown, or wider than what was granted",
        "Ask for no more than the grant holds",
    ),
    (
        refusals.UnsupportedGrantType("TEXT"),
        "`grant_type` is neither `authorization_code` nor `refresh_token`",
        "Use one of the two",
    ),
    (errors.TooMany(1), "Too many wrong secrets", "Wait for `Retry-After` seconds"),
    (errors.TooLarge(0), "The body is over the cap", "Send the parameters alone"),
)


def settings_page() -> str:
    """`docs/settings.md`."""
    sections = [_setting(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join([_SETTINGS, *sections])


def errors_page() -> str:
    """`docs/errors.md`. Raises `SystemExit` for a refusal that the page would not name."""
    unnamed = set(api.TABLE) - {type(refusal) for refusal, _, _ in API}
    unnamed |= set(refusals.TokenRefusal.__subclasses__()) - {type(each[0]) for each in TOKEN}
    if unnamed:
        raise SystemExit(f"without a line in docs/errors.md: {unnamed}")
    head = "| status | when | what to do | body |\n|---|---|---|---|\n"
    of_api = (_api_row(*line) for line in API)
    of_token = (_token_row(*line) for line in TOKEN)
    return f"{_ERRORS}\n{head}{''.join(of_api)}{_TRADE}\n{head}{''.join(of_token)}{_AUTHORIZATION}"


def _setting(name: str, field: FieldInfo) -> str:
    return "\n".join(
        [
            f"## `DAYGATE_{name.upper()}`\n",
            f"{field.description}\n",
            *(f"- {fact}" for fact in _facts(field)),
            "",
        ]
    )


def _facts(field: FieldInfo) -> Iterator[str]:
    default = field.default
    shown = ", ".join(default) if isinstance(default, tuple) else default
    yield "Default: none" if shown in (None, "") else f"Default: `{shown}`"
    choices = [each for each in get_args(field.annotation) if isinstance(each, str)]
    if choices:
        yield "One of: " + ", ".join(f"`{each}`" for each in choices)
    limits = {type(each): each for each in field.metadata}
    least, most = limits.get(annotated_types.Ge), limits.get(annotated_types.Le)
    if isinstance(least, annotated_types.Ge):
        yield f"At least {least.ge}"
    if isinstance(most, annotated_types.Le):
        yield f"At most {most.le}"


def _api_row(refusal: errors.Refusal, when: str, remedy: str) -> str:
    return _row(api.respond(refusal), when, remedy)


def _token_row(refusal: errors.Refusal, when: str, remedy: str) -> str:
    return _row(refused(refusal), when, remedy)


def _row(response: Any, when: str, remedy: str) -> str:
    body = f"`{orjson.dumps(orjson.loads(response.body)).decode()}`" if response.body else ""
    return f"| {response.status_code} | {when} | {remedy} | {body} |\n"


PAGES = {"settings.md": settings_page, "errors.md": errors_page}


def main() -> None:
    """Write, or compare."""
    stale = []
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.write_text(text)
    if stale and "--check" in sys.argv:
        raise SystemExit(f"out of date, run `make docs`: {', '.join(stale)}")


if __name__ == "__main__":
    main()
