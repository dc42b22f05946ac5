"""T19: requests that a proxy received unencrypted."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from daygate.app import build_app
from daygate.settings import Settings

from .site import HTTPS, Site

PROXY = ("10.0.0.1",)


def site(scheme: str, public_url: str = HTTPS, trusted_proxies: tuple[str, ...] = PROXY) -> Site:
    """Daygate, reached by requests as a proxy tells of them."""
    settings = Settings(public_url=public_url, trusted_proxies=trusted_proxies)
    parts: Any = SimpleNamespace(settings=settings)
    return Site(build_app(settings, parts), HTTPS.replace("https", scheme))


@pytest.mark.parametrize("path", ["/dashboard?a=b%26c", "/oauth/authorize?client_id=x&state=%7E"])
def test_t19_a_browser_is_sent_to_https_with_its_whole_address(path):
    answer = site("http").get(path)
    assert answer.status_code == 301
    assert answer.headers["location"] == HTTPS + path


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/token/revoke", "/dashboard/sign-in"])
def test_t19_a_body_sent_in_the_clear_is_refused(path):
    answer = site("http").post(path, {"client_secret": "s"})
    assert answer.status_code == 403
    assert json.loads(answer.content)["error"] == "not_encrypted"


def test_t19_a_token_sent_in_the_clear_is_refused_and_not_repeated():
    answer = site("http").get("/v1/events", {"authorization": "Bearer canary"})
    assert answer.status_code == 403
    assert "canary" not in answer.text


def test_health_checks_come_past_the_proxy():
    assert site("http").get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "daygate",
    [
        site("https"),
        site("http", trusted_proxies=()),
        site("http", public_url="http://gate.example"),
    ],
)
def test_nothing_is_refused_that_is_encrypted_or_of_which_nobody_can_tell(daygate):
    assert daygate.get("/").status_code == 303
