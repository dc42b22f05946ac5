"""What the sample application asks of Daygate: the OAuth flow, and reads with an access token."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession, ClientTimeout

SCOPE = "read_account list_calendars read_events"
TIMEOUT = ClientTimeout(total=10)
MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class Registration:
    """What the developer was given, and where the application itself is."""

    server: str
    client_id: str
    client_secret: str = field(repr=False)
    home: str

    @property
    def callback(self) -> str:
        """The redirect URI."""
        return f"{self.home}/callback"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a person's agreement is worth."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)


class Refused(Exception):
    """Daygate said no: the agreement, or the code, is not valid (any more)."""


class Unusual(Exception):
    """Daygate answered with something that this application has no use for."""


class Client:
    """The application's side of the conversation."""

    def __init__(self, registration: Registration, http: ClientSession) -> None:
        self._known = registration
        self._http = http

    def authorize_url(self, state: str, verifier: str) -> str:
        """Where to send a person (RFC 6749 section 4.1.1, RFC 7636 section 4.3)."""
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._known.client_id,
            "redirect_uri": self._known.callback,
            "scope": SCOPE,
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{self._known.server}/oauth/authorize?{urlencode(query)}"

    def is_issuer(self, name: str) -> bool:
        """Whether an answer comes from the server the person was sent to (RFC 9207)."""
        return name == self._known.server

    async def trade(self, code: str, verifier: str) -> Tokens:
        """Trade a code for tokens (RFC 6749 section 4.1.3)."""
        return await self._tokens(
            grant_type="authorization_code",
            code=code,
            redirect_uri=self._known.callback,
            code_verifier=verifier,
        )

    async def renew(self, tokens: Tokens) -> Tokens:
        """Get a new access token (RFC 6749 section 6)."""
        return await self._tokens(grant_type="refresh_token", refresh_token=tokens.refresh)

    async def revoke(self, tokens: Tokens) -> None:
        """End the agreement (RFC 7009)."""
        await self._post("/oauth/token/revoke", token=tokens.refresh)

    async def get(self, tokens: Tokens, path: str, query: Mapping[str, str]) -> Any:
        """One read of the API; a token that has run out is `Refused`."""
        headers = {"Authorization": f"Bearer {tokens.access}"}
        url = f"{self._known.server}{path}"
        async with self._http.get(
            url, params=query, headers=headers, allow_redirects=False
        ) as answer:
            if answer.status == 401:
                raise Refused
            if answer.status != 200:
                raise Unusual(f"{path} answered {answer.status}")
            return await answer.json()

    async def _tokens(self, **fields: str) -> Tokens:
        body = json.loads(await self._post("/oauth/token", **fields))
        return Tokens(body["access_token"], body["refresh_token"])

    async def _post(self, path: str, **fields: str) -> bytes:
        known = {"client_id": self._known.client_id, "client_secret": self._known.client_secret}
        url = f"{self._known.server}{path}"
        async with self._http.post(url, data={**known, **fields}, allow_redirects=False) as answer:
            if answer.status == 400:
                raise Refused
            if answer.status != 200:
                raise Unusual(f"{path} answered {answer.status}")
            return await answer.read()
