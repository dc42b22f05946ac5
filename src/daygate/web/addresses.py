"""Absolute addresses in answers: on the host the client used if it is ours, else the public one."""

from urllib.parse import urlsplit

from starlette.requests import Request

from daygate.settings import Settings

PREFIX = "/.cronofy.com"
"""SDKs given a data centre such as `example.com/` put this before every path."""


def base_url(request: Request, settings: Settings) -> str:
    """Scheme, host and prefix for a `next_page`; never a host that only the request names."""
    host = request.headers.get("host", "").lower()
    ours = {urlsplit(url).netloc.lower(): url for url in (settings.app_url, settings.api_base_url)}
    prefix = PREFIX if request.scope.get("daygate_prefixed") else ""
    return ours.get(host, settings.api_base_url) + prefix
