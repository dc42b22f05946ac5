"""Pages for when something is wrong: what happened, whose move it is, a reference to look up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from daygate.domain import errors
from daygate.web.pages import SELF, page


@dataclass(frozen=True, slots=True)
class Trouble:
    """`words` names three messages: `trouble.<words>.title`, `.what` and `.next`.

    `back_to` is where a "Return to HOST" button leads; it is never followed by itself.
    """

    words: str
    status: int = 400
    names: Mapping[str, str] = field(default_factory=dict)
    back_to: str | None = None
    back_host: str = ""
    detail: str = ""
    explained: str = ""
    """The anchor on the page that tells developers what each error means."""
    headers: Mapping[str, str] = field(default_factory=dict)


def trouble_page(request: Request, trouble: Trouble, *, locale: str = "") -> Response:
    """The page for one trouble."""
    context = {"trouble": trouble, "locale": locale}
    response = page(request, "trouble.html", context, status=trouble.status, form_action=SELF)
    response.headers.update(trouble.headers)
    return response


def refusal_page(request: Request, refusal: errors.Refusal, *, locale: str = "") -> Response:
    """The page for an expected "no" of the house."""
    return trouble_page(request, trouble_of(refusal), locale=locale)


def trouble_of(refusal: errors.Refusal) -> Trouble:
    """One table: refusal -> words and status."""
    match refusal:
        case errors.TooMany(retry_after_s=seconds):
            names = {"minutes": str(max(1, round(seconds / 60)))}
            return Trouble("too_many", 429, names, headers={"Retry-After": str(seconds)})
        case errors.Malformed(description=description):
            return Trouble("malformed", 400, detail=description)
        case errors.Invalid(errors=wrong):
            detail = "; ".join(f"{error.field}: {error.description}" for error in wrong)
            return Trouble("malformed", 422, detail=detail)
        case _:
            kind = next(kind for kind in type(refusal).__mro__ if kind in _PLAIN)
            return Trouble(*_PLAIN[kind])


_PLAIN: Mapping[type, tuple[str, int]] = {
    errors.Unauthenticated: ("signed_out", 401),
    errors.Forbidden: ("forged", 403),
    errors.NotFound: ("not_found", 404),
    errors.TooLarge: ("too_large", 413),
    errors.Unavailable: ("unavailable", 503),
    errors.Refusal: ("malformed", 400),
}
