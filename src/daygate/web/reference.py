"""`/docs/errors`: what every refusal means, where the `error_uri` of each answer leads."""

from starlette.requests import Request
from starlette.responses import Response

from daygate.web import meanings
from daygate.web.pages import page


async def show_errors(request: Request) -> Response:
    """For developers, and so in English as the dashboard is."""
    tables = (
        ("/v1", (*meanings.API.values(), *meanings.OTHER_STATUSES)),
        ("/oauth/token, /oauth/token/revoke", tuple(meanings.TOKEN.values())),
        ("/oauth/authorize", meanings.AUTHORIZATION),
    )
    context = {"locale": "en", "tables": tables, "nav": ()}
    return page(request, "reference/errors.html", context)
