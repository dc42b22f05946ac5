"""Ordinary OAuth 2 libraries, unmodified: authorize, exchange, use, refresh."""

from typing import Any

import pytest
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from requests_oauthlib import OAuth2Session

from tests.servers.dav import DavServer
from tests.servers.gateway import Gateway, until

from .conftest import fill
from .person import Person

CALLBACK = "http://127.0.0.1:9/callback?kept=1"
SCOPE = ["read_account", "list_calendars", "read_events"]


@pytest.fixture(autouse=True)
def _plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture(scope="module")
def application(house: Gateway, dav: DavServer) -> dict[str, Any]:
    fill(dav, 3)
    return house.application("Library", CALLBACK)


def test_requests_oauthlib(house: Gateway, dav: DavServer, application: dict[str, Any]) -> None:
    session = OAuth2Session(application["client_id"], redirect_uri=CALLBACK, scope=SCOPE)
    url, state = session.authorization_url(f"{house.url}/oauth/authorize", approval_prompt="auto")
    back = Person(dav).agree(url)
    assert back.startswith(CALLBACK)
    assert f"state={state}" in back
    token = session.fetch_token(
        f"{house.url}/oauth/token",
        authorization_response=back,
        client_secret=application["client_secret"],
    )
    assert token["scope"] == SCOPE
    account = session.get(f"{house.url}/v1/account").json()["account"]
    assert account["account_id"] == token["sub"]
    fresh = session.refresh_token(
        f"{house.url}/oauth/token",
        auth=(application["client_id"], application["client_secret"]),
    )
    assert fresh["access_token"] != token["access_token"]
    assert until(lambda: len(_events(session, house)) == 3)


def test_authlib(house: Gateway, dav: DavServer, application: dict[str, Any]) -> None:
    session = AuthlibSession(
        application["client_id"],
        application["client_secret"],
        redirect_uri=CALLBACK,
        scope=" ".join(SCOPE),
        code_challenge_method="S256",
    )
    verifier = "v" * 64
    url, state = session.create_authorization_url(
        f"{house.url}/oauth/authorize", code_verifier=verifier
    )
    back = Person(dav).agree(url)
    token = session.fetch_token(
        f"{house.url}/oauth/token",
        authorization_response=back,
        code_verifier=verifier,
        state=state,
    )
    assert token["linking_profile"]["provider_name"] == "caldav"
    assert session.get(f"{house.url}/v1/account").status_code == 200
    fresh = session.refresh_token(f"{house.url}/oauth/token", token["refresh_token"])
    assert fresh["access_token"] != token["access_token"]
    assert until(lambda: len(_events(session, house)) == 3)


def _events(session: Any, house: Gateway) -> list[Any]:
    found: list[Any] = session.get(f"{house.url}/v1/events?tzid=Etc/UTC").json()["events"]
    return found
