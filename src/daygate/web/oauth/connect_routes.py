"""The addresses of the connect flow: one table."""

from starlette.routing import Route

from daygate.web.oauth import authorize, connect, consent, relink
from daygate.web.oauth.flow import Endpoint, as_pages

_TABLE: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET POST", "/oauth/authorize", authorize.authorize),
    ("GET", "/connect/{handle}", connect.who_asks),
    ("POST", "/connect/{handle}/account", connect.go_on),
    ("GET", "/connect/{handle}/service/{key}", connect.ask_credentials),
    ("POST", "/connect/{handle}/service/{key}", connect.try_credentials),
    ("GET", "/connect/{handle}/consent", consent.ask),
    ("POST", "/connect/{handle}/consent", consent.answer),
    ("POST", "/connect/{handle}/not-me", connect.not_me),
    ("POST", "/connect/{handle}/deny", connect.deny),
    ("GET", "/relink/{profile_id}", relink.ask),
    ("POST", "/relink/{profile_id}", relink.answer),
)

ROUTES = [
    Route(path, as_pages(endpoint), methods=methods.split(), name=f"{methods} {path}")
    for methods, path, endpoint in _TABLE
]
