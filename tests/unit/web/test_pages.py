"""Every page carries the headers that keep it ours (T21)."""

import pytest

from daygate.domain import errors
from daygate.web.pages import leading_to
from daygate.web.trouble import Trouble, refusal_page, trouble_page
from tests.unit.web.site import site


async def _not_found(request):
    return refusal_page(request, errors.NotFound())


async def _with_a_way_back(request):
    back = "https://app.example/cb?a=1&b=<script>"
    return trouble_page(request, Trouble("not_found", back_to=back, back_host="app.example"))


def test_t21_headers_stand_on_every_page():
    answer = site(_not_found).get("/")
    assert answer.status_code == 404
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert policy.endswith("form-action 'self'")
    assert "unsafe" not in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_plain_http_promises_no_tls():
    assert (
        "strict-transport-security"
        not in site(_not_found, "http://127.0.0.1:8040").get("/").headers
    )


def test_a_page_has_no_inline_script_or_style():
    body = site(_with_a_way_back).get("/", headers={"accept-language": "fr"}).text
    assert "<style" not in body
    assert "style=" not in body
    assert "<script" not in body
    assert '<html lang="fr">' in body


@pytest.mark.parametrize(
    ("uri", "sources"),
    [
        ("https://a.example/cb", "'self' https:"),
        ("http://127.0.0.1:9/cb", "'self' https: http:"),
    ],
)
def test_a_form_may_lead_to_plain_http_only_where_the_application_lives_there(uri, sources):
    assert leading_to(uri) == sources
