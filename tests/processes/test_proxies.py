"""Headers of proxies are believed where the operator named the proxy, and nowhere else (T80)."""

from pathlib import Path

import pytest
import requests

from daygate.oauth.clients import WRONG_SECRETS_PER_MIN
from tests.servers.gateway import gateway

WRONG = {"client_id": "nobody", "client_secret": "guess", "grant_type": "refresh_token"}
ASKED = 2 * WRONG_SECRETS_PER_MIN + 1
"""Enough for one of two minutes, should the next one begin meanwhile."""


@pytest.mark.parametrize(("trusted", "answers"), [("", {401, 429}), ("127.0.0.1", {401})])
def test_t80_nobody_gets_around_a_limit_by_naming_another_address(
    tmp_path: Path, trusted: str, answers: set[int]
) -> None:
    (tmp_path / "gateway").mkdir()
    with gateway(tmp_path / "gateway", None, DAYGATE_TRUSTED_PROXIES=trusted) as house:
        statuses = {
            requests.post(
                f"{house.url}/oauth/token",
                data=WRONG,
                headers={"X-Forwarded-For": f"192.0.2.{number}"},
                timeout=30,
            ).status_code
            for number in range(ASKED)
        }
    assert statuses == answers


def test_t80_the_issuer_is_the_configured_one_whatever_a_request_says(tmp_path: Path) -> None:
    (tmp_path / "gateway").mkdir()
    spoofed = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    with gateway(tmp_path / "gateway", None) as house:
        address = f"{house.url}/.well-known/oauth-authorization-server"
        told = requests.get(address, headers=spoofed, timeout=30).json()
    assert told["issuer"] == house.url
    assert "evil.example" not in str(told)
