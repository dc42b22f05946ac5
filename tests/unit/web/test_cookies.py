"""Cookies are out of reach of scripts and sibling hosts (D1)."""

from starlette.responses import Response

from daygate.web.cookies import FLOW, set_cookie
from tests.unit.web.site import site


async def _set(request):
    response = Response()
    set_cookie(request, response, FLOW, "v", max_age_s=600)
    return response


def test_on_https_the_name_binds_the_cookie_to_this_host():
    cookie = site(_set).get("/").headers["set-cookie"]
    assert cookie.startswith("__Host-daygate_flow=v;")
    for attribute in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=600"):
        assert attribute in cookie
    assert "Domain" not in cookie


def test_on_plain_http_the_browser_would_refuse_the_prefix():
    cookie = site(_set, "http://127.0.0.1:8040").get("/").headers["set-cookie"]
    assert cookie.startswith("daygate_flow=v;")
    assert "Secure" not in cookie
