"""The matrix forgets nothing: a new route, field or parameter has to find its place first."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import ROOT

from . import elsewhere
from .ids import HUGE, MALFORMED
from .places import endpoints, in_paths

OPEN = {
    "GET /.well-known/oauth-authorization-server": "public, the same for everybody",
    "GET /": "public, the same for everybody",
    "GET /docs/errors": "public, the same for everybody",
    "GET /openapi.json": "public, the same for everybody",
    "GET /healthz": "public, the same for everybody",
    "GET /readyz": "public, the same for everybody",
    "GET /favicon.ico": "public, the same for everybody",
    "GET /dashboard/sign-in": "nobody is known yet",
    "POST /dashboard/sign-in": "an address and its password: test_entry.py",
    "GET /dashboard/sign-up": "nobody is known yet",
    "POST /dashboard/sign-up": "tells nobody who has an account: test_entry.py",
}
"""Routes without an id, and why there is none."""

WORDS = {
    "request": {
        "client_id", "redirect_uri", "link_token",
        "response_type", "scope", "state", "code_challenge", "code_challenge_method",
        "provider_name", "locale", "avoid_linking", "code_verifier", "grant_type",
    },
    "forms": {
        "name", "url", "email", "password", "new_password", "display_name", "reason", "allowed",
        "locked", "when", "next", "token_shape", "refresh_mode", "require_pkce", "logo",
        "access_token_life_s", "csrf", "confirmed_host",
    },
    "queries": {
        "next", "done", "locale", "error", "iss", "localized_times", "include_geo", "tzid",
        "google_event_ids", "include_managed", "only_managed", "include_deleted", "include_moved",
        "last_modified", "from", "to", "include_free", "include_ids",
    },
}  # fmt: skip
"""What requests are asked for and is no id of anything that belongs to somebody."""

READERS = {"one", "all", "flag", "edge", "time_ms", "tzid"}
"""Methods by which forms and queries are read; the first argument is the name."""


def test_every_route_has_a_place_or_a_reason_to_have_none():
    placed = {place.route for place in (*in_paths(), *elsewhere.places())}
    missing = [
        f"{method} {path}"
        for method, path in endpoints()
        if f"{method} {path}" not in placed | OPEN.keys() and not _answers_405(method, path)
    ]
    assert missing == []


def test_every_name_that_is_read_from_a_request_is_a_place_or_a_word():
    """A new form field that names something must not slip in beside the matrix."""
    placed = {word for place in elsewhere.places() for word in place.where.split()}
    known = placed | set().union(*WORDS.values())
    unknown = {name: path for path in _faces() for name in _names_read(path) if name not in known}
    assert unknown == {}


def test_m1_the_matrix_is_no_sample():
    """Every place meets a stranger's id, one that never was, and all the junk."""
    places = [*in_paths(), *elsewhere.places()]
    assert len({str(place) for place in places}) == len(places)
    assert len(places) * (len(MALFORMED) + len(HUGE) + 1) >= 2_000


def _answers_405(method: str, path: str) -> bool:
    return path.startswith("/oauth/token") and method != "POST"


def _faces() -> list[Path]:
    return sorted((ROOT / "src/daygate/web").rglob("*.py"))


def _names_read(path: Path) -> Iterator[str]:
    """Names in calls like `form.one("profile")` and `request.query_params.get("search")`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            name, owner = node.args[0], ast.unparse(node.func.value)
            reads = node.func.attr in READERS
            gets = node.func.attr == "get" and owner.endswith(("query_params", "given", "values"))
            if (reads or gets) and isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield name.value
