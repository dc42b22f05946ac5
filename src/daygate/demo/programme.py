"""What a demo tells whoever started it: addresses, names and secrets, a command for each step."""

import shlex
import sys
from collections.abc import Iterator
from urllib.parse import urlencode

from daygate.demo.stage import Demo

SCOPE = "read_account list_calendars read_events"


def programme(demo: Demo) -> Iterator[str]:
    """Line by line."""
    yield f"Daygate runs on {demo.url} with invented people and data of its own."
    yield f"Everything in {demo.settings.data_dir} begins anew at each start."
    yield ""
    yield "In the browser"
    yield f"  Sample application   {demo.sample_url}/    connect a calendar here"
    yield f"  Sandbox people       {demo.sandbox_url}/    change their calendars here"
    yield f"  Dashboard            {demo.url}/dashboard"
    yield f"    sign in as         {demo.cast.email}   {demo.cast.password}"
    yield ""
    yield "Sandbox people (service: Sandbox)"
    for person in demo.world.people.values():
        yield f"  {person.user:8} {demo.world.app_password(person.user)}   {person.name}"
    yield ""
    yield "The application"
    yield f"  client_id       {demo.cast.client_id}"
    yield f"  client_secret   {demo.cast.client_secret}"
    yield ""
    yield "The flow by hand (put what each step gives into the next)"
    for number, (what, command) in enumerate(steps(demo), 1):
        yield f"  {number}. {what}"
        yield f"     {command}"
    yield ""
    yield "The same without a browser, on the operator's authority"
    yield f"  {without_browser(demo)}"
    yield ""
    yield "Stop with Ctrl-C."


def steps(demo: Demo) -> Iterator[tuple[str, str]]:
    """Each step of the flow and its command."""
    token_url = f"{demo.url}/oauth/token"
    bearer = '-H "Authorization: Bearer ACCESS_TOKEN"'
    yield "Agree in the browser; the page at the end shows CODE", authorize_url(demo)
    yield (
        "Trade the code for tokens",
        _curl(
            token_url,
            _form(demo, "authorization_code", code="CODE", redirect_uri=_shows_code(demo)),
        ),
    )
    yield (
        "A new access token, an hour later",
        _curl(token_url, _form(demo, "refresh_token", refresh_token="REFRESH_TOKEN")),  # noqa: S106
    )
    yield "Calendars", _curl(f"{demo.url}/v1/calendars", bearer)
    yield "Events", _curl(f"{demo.url}/v1/events?tzid=Etc/UTC", bearer)
    yield "Let go", _curl(f"{token_url}/revoke", _form(demo, token="REFRESH_TOKEN"))  # noqa: S106


def without_browser(demo: Demo) -> str:
    """The command that connects the first of the sandbox's people and prints tokens."""
    user = next(iter(demo.world.people))
    settings = demo.settings
    exported = {
        "DAYGATE_PROFILE": settings.profile,
        "DAYGATE_DATA_DIR": str(settings.data_dir.absolute()),
        "DAYGATE_SANDBOX_URL": demo.sandbox_url,
    }
    return (
        f"echo {demo.world.app_password(user)} | "
        + " ".join(f"{name}={shlex.quote(value)}" for name, value in exported.items())
        + f" {shlex.quote(sys.executable)} -m daygate connect"
        + f" --client-id {demo.cast.client_id} --provider sandbox"
        + f" --username {user} --password-stdin --scope {shlex.quote(SCOPE)}"
    )


def authorize_url(demo: Demo) -> str:
    """Where a person is sent to agree; they come back to a page that shows the code."""
    query = {
        "response_type": "code",
        "client_id": demo.cast.client_id,
        "redirect_uri": _shows_code(demo),
        "scope": SCOPE,
        "state": "by-hand",
    }
    return f"{demo.url}/oauth/authorize?{urlencode(query)}"


def _shows_code(demo: Demo) -> str:
    return f"{demo.sample_url}/code"


def _curl(url: str, rest: str) -> str:
    return f"curl -s '{url}' {rest}"


def _form(demo: Demo, grant_type: str = "", **named: str) -> str:
    fields = {
        "client_id": demo.cast.client_id,
        "client_secret": demo.cast.client_secret,
        **({"grant_type": grant_type} if grant_type else {}),
        **named,
    }
    return " ".join(f"-d {name}={value}" for name, value in fields.items())
