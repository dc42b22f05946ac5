"""Write the pages of `docs/` that the code already says: settings and errors.

python scripts/generate_docs.py             writes them
python scripts/generate_docs.py --check     exits 1 and names those that are out of date
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import annotated_types
from pydantic.fields import FieldInfo

from daygate.domain import errors
from daygate.oauth import refusals
from daygate.settings import Settings
from daygate.web import meanings
from daygate.web.meanings import Meaning

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
A running Daygate shows the same lines at `/docs/errors`. Every answer has an `X-Request-Id`, under
which the operator's log can be searched, and every refusal of the API repeats its status line in a
`Status` header and says in a `Link` header (`rel="help"`) where to read on. Pages for people show
the request id too.

## The API: `/v1`

Statuses are those of the Cronofy API. A 422 has its body, which names every field that is wrong:

```
{{"errors":{{"FIELD":[{{"key":"errors.KEY","description":"TEXT"}}]}}}}
```

Where that API leaves the body open, it is

```
{{"error":"ERROR","error_description":"TEXT","error_uri":"https://.../docs/errors#ERROR","request_id":"ID"}}
```

402, 411 and 415 are never sent: nothing is for sale, and a body's length and `Content-Encoding`
are not asked for, because clients are known that send neither or a wrong one.
"""

_TRADE = """
## The token endpoint: `/oauth/token`, `/oauth/token/revoke`

Answers follow RFC 6749 section 5.2. For `invalid_grant` the body also holds
`{"errors": {FIELD: [{"key": "errors.unknown_or_used", "description": TEXT}]}}`, as SDKs expect it.
A wrong method is 405, a mistake of ours 500, both as above.
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
"""


def settings_page() -> str:
    """`docs/settings.md`."""
    sections = [_setting(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join([_SETTINGS, *sections])


def errors_page() -> str:
    """`docs/errors.md`. Raises `SystemExit` for a refusal that the page would not name."""
    domain = (
        each for each in errors.Refusal.__subclasses__() if each.__module__ == errors.__name__
    )
    unnamed = {*domain} - {*meanings.API, errors.Settled}
    unnamed |= set(refusals.TokenRefusal.__subclasses__()) - set(meanings.TOKEN)
    if unnamed:
        raise SystemExit(f"without a line in docs/errors.md: {unnamed}")
    head = "| status | error | when | what to do |\n|---|---|---|---|\n"
    of_api = (*meanings.API.values(), *meanings.OTHER_STATUSES)
    return "".join(
        [
            f"{_ERRORS}\n{head}",
            *(_row(each) for each in sorted(of_api, key=lambda each: each.status)),
            f"{_TRADE}\n{head}",
            *(_row(each) for each in meanings.TOKEN.values()),
            _AUTHORIZATION,
            *(
                f"| `{each.error}` | {each.when} | {each.remedy} |\n"
                for each in meanings.AUTHORIZATION
            ),
        ]
    )


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


def _row(meaning: Meaning) -> str:
    return f"| {meaning.status} | `{meaning.error}` | {meaning.when} | {meaning.remedy} |\n"


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
