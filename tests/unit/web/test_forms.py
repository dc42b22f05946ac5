"""Forged forms are refused (T23, D2)."""

import pytest
from starlette.responses import PlainTextResponse

from daygate.domain.errors import Refusal
from daygate.web.forms import FORM_LIMIT_BYTES, csrf_token, posted
from tests.unit.web.site import HTTPS, site

GOOD = csrf_token("browser-secret", "pending-1")


async def _take(request):
    try:
        form = await posted(request, "browser-secret", "pending-1")
    except Refusal as refusal:
        return PlainTextResponse(type(refusal).__name__, 400)
    return PlainTextResponse(",".join(form.all("profile")) + form.one("twice"))


def _post(data, headers=None) -> str:
    return site(_take).post("/", data=data, headers=headers or {"origin": HTTPS}).text


def test_a_form_of_ours_is_read():
    assert _post({"csrf": GOOD, "profile": ["a", "b"], "twice": ["1", "2"]}) == "a,b"


@pytest.mark.parametrize(
    "token",
    ["", "é", csrf_token("browser-secret", "pending-2"), csrf_token("another", "pending-1")],
)
def test_a_missing_or_foreign_token_is_refused(token):
    assert _post({"csrf": token}) == "Forbidden"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "http://gate.example"},
        {"origin": "https://gate.example:444"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_sites_form_is_refused_even_with_the_right_token(headers):
    assert _post({"csrf": GOOD}, headers) == "Forbidden"


def test_a_form_over_the_limit_is_refused():
    assert _post({"csrf": GOOD, "x": "x" * FORM_LIMIT_BYTES}) == "TooLarge"


def test_only_forms_are_read():
    answer = site(_take).post("/", {"csrf": GOOD}, {"origin": HTTPS}, media_type="text/plain")
    assert answer.text == "Malformed"
