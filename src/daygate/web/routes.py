"""The whole table of addresses on one screen."""

from starlette.routing import Route

from daygate.web import assets, health, logos, openapi, reference
from daygate.web.dashboard.routes import ROUTES as DASHBOARD
from daygate.web.meanings import PAGE
from daygate.web.oauth import metadata, token
from daygate.web.oauth.connect_routes import ROUTES as CONNECT
from daygate.web.v1 import account, calendars, events, free_busy, verification

GET, POST = ["GET"], ["POST"]
ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"]

ROUTES = [
    # --- OAuth ---------------------------------------------------------------------------------
    *CONNECT,
    Route("/oauth/token", token.token, methods=ANY),
    Route("/oauth/token/revoke", token.revoke, methods=ANY),
    Route("/.well-known/oauth-authorization-server", metadata.metadata, methods=GET),
    # --- API, access token ---------------------------------------------------------------------
    Route("/v1/account", account.get_account, methods=GET),
    Route("/v1/userinfo", account.get_userinfo, methods=GET),
    Route("/v1/profiles", account.get_profiles, methods=GET),
    Route("/v1/profiles/{profile_id}/revoke", account.revoke, methods=POST),
    Route("/v1/link_tokens", account.create_link_token, methods=POST),
    Route("/v1/calendars", calendars.get_calendars, methods=GET),
    Route("/v1/events", events.get_events, methods=GET),
    Route("/v1/events/pages/{page_token}", events.get_more_events, methods=GET),
    Route("/v1/free_busy", free_busy.get_free_busy, methods=GET),
    Route("/v1/free_busy/pages/{page_token}", free_busy.get_more_free_busy, methods=GET),
    # --- API, client secret --------------------------------------------------------------------
    Route("/v1/application_verification", verification.request_verification, methods=POST),
    # --- Developers and operators --------------------------------------------------------------
    *DASHBOARD,
    # --- Public --------------------------------------------------------------------------------
    Route("/", health.front_door, methods=GET),
    Route(PAGE, reference.show_errors, methods=GET),
    Route("/openapi.json", openapi.show, methods=GET),
    Route("/healthz", health.alive, methods=GET),
    Route("/readyz", health.ready, methods=GET),
    Route("/static/{path:path}", assets.serve_static, methods=GET),
    Route("/logos/{client_id}/{stamp}", logos.serve_logo, methods=GET),
    Route("/favicon.ico", assets.serve_favicon, methods=GET),
]
