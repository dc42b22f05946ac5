"""HTML pages: one environment of templates, one set of headers, the person's language."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from daygate.providers.preset_texts import in_language
from daygate.settings import Settings
from daygate.web.assets import static
from daygate.web.languages import LANGUAGES, Words, words_for
from daygate.web.logos import logo_path
from daygate.web.names import browser, monogram, shown

SELF = "'self'"
_TEMPLATES = Path(__file__).parent / "templates"
_YEAR_S = 31_536_000
_CONTENT = (
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    # data: for the tick and arrow shapes that the style sheet draws in form controls.
    "img-src 'self' data:",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)


@cache
def templates() -> Environment:
    """The templates; a name that is not given is an error, never an empty string."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = static
    environment.globals["logo_path"] = logo_path
    environment.globals["languages"] = LANGUAGES
    environment.globals.update(said=in_language, named=_named)
    environment.filters.update(
        shown=shown, monogram=monogram, browser=browser, day_and_time=day_and_time
    )
    return environment


def settings_of(request: Request) -> Settings:
    """The settings of the process that answers."""
    settings: Settings = request.app.state.parts.settings
    return settings


def page(
    request: Request,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    status: int = 200,
    form_action: str = SELF,
) -> Response:
    """A page in the person's language.

    `context["locale"]` is a language asked for by name. `form_action` is the CSP directive's value:
    where a submitted form may lead, redirects included.
    """
    given = dict(context or {})
    words = words_for(request, str(given.pop("locale", "")))
    body = templates().get_template(template).render(_always(request, words) | given)
    headers = page_headers(settings_of(request), form_action, with_form="<form" in body)
    chosen = {"Content-Language": words.code, "Vary": "Accept-Language, Cookie"}
    return HTMLResponse(body, status, headers | chosen)


def see_other(location: str) -> Response:
    """303 (RFC 9110 section 15.4.4): a GET follows, so that a form's body is never sent on."""
    return RedirectResponse(location, 303, {"Cache-Control": "no-store"})


def page_headers(settings: Settings, form_action: str, *, with_form: bool) -> dict[str, str]:
    """The headers of every HTML page."""
    headers = {
        "Content-Security-Policy": "; ".join((*_CONTENT, f"form-action {form_action}")),
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        # With no-referrer Chromium would send `Origin: null` on our own forms.
        "Referrer-Policy": "same-origin" if with_form else "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    if settings.app_url.startswith("https:"):
        headers["Strict-Transport-Security"] = f"max-age={_YEAR_S}"
    return headers


def leading_to(redirect_uri: str) -> str:
    """The form-action of pages whose forms end at an application.

    Chromium applies form-action to the whole redirect chain (w3c/webappsec-csp issue 8), and the
    application may redirect on to hosts of its own; plain http only where it is registered so.
    """
    plain = " http:" if urlsplit(redirect_uri).scheme.lower() == "http" else ""
    return f"'self' https:{plain}"


def day_and_time(moment: datetime) -> str:
    """`2026-03-01 09:30 UTC`: unambiguous in every language, and the zone is named."""
    return moment.strftime("%Y-%m-%d %H:%M %Z")


def _named(label: str, code: str) -> str:
    """The name of a service; most are the same in every language."""
    return in_language(label, code) or label


def _always(request: Request, words: Words) -> dict[str, object]:
    return {
        "t": words,
        "lang": words.code,
        "home": urlsplit(settings_of(request).app_url).netloc,
        "request_id": getattr(request.state, "request_id", ""),
    }
