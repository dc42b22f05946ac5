"""Showing a new client secret once: it crosses the redirect in a sealed cookie, then is gone.

A page shown in answer to the form itself would make another secret whenever it is reloaded.
"""

from typing import Final

from starlette.responses import Response

from daygate.domain.application import Application
from daygate.kit.crypto import Undecryptable
from daygate.web.cookies import drop_cookie, read_cookie, set_cookie
from daygate.web.dashboard.desk import Desk, ring_of
from daygate.web.pages import see_other

REVEAL: Final = "daygate_reveal"
_REVEAL_S = 120


def show_once(desk: Desk, application: Application, secret: str) -> Response:
    """Lead to the page that shows the secret."""
    response = see_other(f"/dashboard/apps/{application.application_id}/secret")
    sealed = ring_of(desk.request).seal(secret.encode(), _place(desk, application))
    set_cookie(desk.request, response, REVEAL, sealed, max_age_s=_REVEAL_S)
    return response


def shown_once(desk: Desk, application: Application) -> str | None:
    """The secret to show, if this session has just made one for this application."""
    sealed = read_cookie(desk.request, REVEAL)
    if sealed is None:
        return None
    try:
        return ring_of(desk.request).open_sealed(sealed, _place(desk, application)).decode()
    except Undecryptable:
        return None


def forget(desk: Desk, response: Response) -> Response:
    """Leave nothing of it in the browser."""
    drop_cookie(desk.request, response, REVEAL)
    return response


def _place(desk: Desk, application: Application) -> str:
    return f"daygate|reveal|{desk.session.handle}|{application.application_id}"
