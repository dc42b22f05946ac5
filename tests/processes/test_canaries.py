"""Secrets and people's texts are in no log and no error answer, whatever goes wrong (L1, L2)."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web
from lxml import html
from yarl import URL

from daygate.kit.crypto import KeyRing
from daygate.store.engine import open_store
from daygate.store.schema import applications, metadata, work
from tests.sdk.person import Person
from tests.servers.dav import DavServer
from tests.servers.faulty import USER, Faulty, faulty
from tests.servers.gateway import OPERATOR, PASSWORD, Gateway, gateway

from .canaries import PRIVATE, SECRET, Call, calls, private, secret

CALLBACK = "https://app.example/cb"
_STARTED = re.compile(r"Daygate serves http://127\.0\.0\.1:\d+")


@dataclass(slots=True)
class Drive:
    """A gateway under test and everything secret that it has given out meanwhile."""

    house: Gateway
    http: aiohttp.ClientSession
    dav: Faulty
    given_out: list[str] = field(default_factory=list)

    async def send(self, call: Call, *, signed_in: bool = True) -> str:
        """Send a call; status line, headers and body of the answer."""
        url = URL(f"{self.house.url}{call.path}?{call.query}", encoded=True)
        # A server that was surprised hangs up, which a kept connection would meet too late.
        headers = {**call.headers, "Origin": self.house.url, "Connection": "close"}
        if call.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in call.cookies.items())
        jar = None if signed_in and not call.cookies else aiohttp.DummyCookieJar()
        session = self.http if jar is None else aiohttp.ClientSession(cookie_jar=jar)
        try:
            async with session.request(
                call.method, url, headers=headers, data=call.body, allow_redirects=False
            ) as answer:
                body = await answer.text(errors="replace")
                told = {k: v for k, v in answer.headers.items() if k != "Set-Cookie"}
                return f"{answer.status} {told} {body}"
        finally:
            if jar is not None:
                await session.close()


@pytest.fixture
async def drive(database_url: str, tmp_path: Path) -> AsyncIterator[Drive]:
    """A gateway that logs everything it can, and a calendar server with texts to keep quiet."""
    folder = tmp_path / "gateway"
    folder.mkdir()
    keys = KeyRing.generate().text()
    settings = {
        "DAYGATE_DATABASE_URL": database_url,
        "DAYGATE_SECRET_KEYS": keys,
        "DAYGATE_LOG_LEVEL": "debug",
        "DAYGATE_API_PER_S": "100000",
        "DAYGATE_API_PER_MIN": "100000",
    }
    async with (
        faulty() as dav,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,
    ):
        dav.password = secret("calendar")
        dav.put("good.ics", _ics("good", f"SUMMARY:{private('summary')}"))
        dav.put("bad.ics", _ics("bad", f"RRULE:FREQ={private('rule')}"))
        dav.put("worse.ics", f"BEGIN:VCALENDAR\r\n{private('unfinished')}")
        with gateway(folder, **settings) as house:
            yield Drive(house, http, dav, [keys])


async def test_l1_l2_no_canary_is_in_a_log_or_in_an_answer_where_it_does_not_belong(
    drive: Drive, database_url: str
):
    client = await asyncio.to_thread(drive.house.application, f"{PRIVATE} Planner", CALLBACK)
    drive.given_out.append(client["client_secret"])
    token = await _connected_by_command(drive, client)
    await _connected_in_a_browser(drive, client)
    await _services_fail(drive)
    csrf = await _signed_in(drive)
    leaks = [leak async for leak in _leaks(drive, calls(token["access_token"], csrf))]
    csrf = await _signed_in(drive)
    await _surprised(drive, database_url, client)
    await _break(database_url)
    leaks += [leak async for leak in _leaks(drive, calls(token["access_token"], csrf))]
    assert leaks == []
    _quiet(drive)


async def _leaks(drive: Drive, planned: Iterable[Call]) -> AsyncIterator[str]:
    """Where an answer holds what it should not, with what stands before it."""
    for call in planned:
        answer = await drive.send(call)
        for value in (SECRET, *drive.given_out):
            before, found, _ = answer.partition(value)
            if found:
                yield f"{call.method} {call.path}: ...{before[-80:]}"


async def _connected_by_command(drive: Drive, client: dict[str, Any]) -> dict[str, Any]:
    """`daygate connect`, with a wrong password and with the right one."""
    wrong = secret("wrong")
    with pytest.raises(AssertionError) as refused:
        await asyncio.to_thread(
            drive.house.connect, client["client_id"], drive.dav.url, USER, wrong
        )
    assert SECRET not in str(refused.value)
    token: dict[str, Any] = await asyncio.to_thread(
        drive.house.connect, client["client_id"], drive.dav.url, USER, drive.dav.password
    )
    drive.given_out += [token["access_token"], token["refresh_token"]]
    return token


async def _connected_in_a_browser(drive: Drive, client: dict[str, Any]) -> None:
    """The connect flow, a wrong password first; then the code, twice."""
    asked = {
        "client_id": client["client_id"], "redirect_uri": CALLBACK, "response_type": "code",
        "scope": "read_events", "state": private("state"),
    }  # fmt: skip
    address = f"{drive.house.url}/oauth/authorize?{urlencode(asked)}"
    wrong = Person(DavServer(drive.dav.url, {USER: secret("wrong")}), USER)
    with pytest.raises(AssertionError) as refused:
        await asyncio.to_thread(wrong.agree, address)
    assert SECRET not in str(refused.value)
    person = Person(DavServer(drive.dav.url, {USER: drive.dav.password}), USER)
    back = await asyncio.to_thread(person.agree, address)
    code = parse_qs(urlsplit(back).query)["code"][0]
    drive.given_out += [code, *(cookie.value or "" for cookie in person.browser.cookies)]
    trade = {
        **{name: client[name] for name in ("client_id", "client_secret")},
        "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK,
    }  # fmt: skip
    for _ in range(2):
        async with drive.http.post(f"{drive.house.url}/oauth/token", json=trade) as answer:
            body = await answer.json()
            drive.given_out += [body[name] for name in body if name.endswith("_token")]


async def _services_fail(drive: Drive) -> None:
    """The worker meets one bad answer after another."""
    text = private("answer")
    away = f"http://{PRIVATE}:{secret('location')}@127.0.0.1:1/?key={private('location')}"
    answers: tuple[Callable[[], web.Response], ...] = (
        lambda: web.Response(status=500, text=text),
        lambda: web.Response(status=207, text=f"<{text}", content_type="application/xml"),
        lambda: web.Response(status=302, headers={"Location": away}),
        lambda: web.Response(status=401, text=text),
    )
    for answer in answers:
        met = asyncio.Event()

        def override(
            _request: web.Request, _body: bytes, answer: Any = answer, met: asyncio.Event = met
        ) -> web.Response:
            met.set()
            made: web.Response = answer()
            return made

        drive.dav.override = override
        await asyncio.wait_for(met.wait(), 60)
        await asyncio.sleep(0.5)


async def _signed_in(drive: Drive) -> str:
    """Sign in to the dashboard, after a wrong password; the token of its forms."""
    page = f"{drive.house.url}/dashboard/sign-in"
    for password in (secret("wrong"), PASSWORD):
        fields = await _fields(drive, page)
        fields |= {"email": OPERATOR, "password": password}
        headers = {"Origin": drive.house.url}
        async with drive.http.post(page, data=fields, headers=headers) as answer:
            assert SECRET not in await answer.text()
    drive.given_out += [
        cookie.value for cookie in drive.http.cookie_jar if cookie.key == "daygate_session"
    ]
    return (await _fields(drive, f"{drive.house.url}/dashboard/apps/new"))["csrf"]


async def _fields(drive: Drive, address: str) -> dict[str, str]:
    async with drive.http.get(address) as answer:
        page: html.HtmlElement = html.fromstring(await answer.text())
    inputs = [each for form in page.forms for each in form.inputs]
    return {each.name: each.value or "" for each in inputs if each.get("type") == "hidden"}


async def _surprised(drive: Drive, database_url: str, client: dict[str, Any]) -> None:
    """A row that cannot be read: a traceback, with secrets in the hands of every function."""
    store = open_store(database_url)
    async with store.write() as tx:
        await tx.execute(sa.update(applications).values(token_shape="nonsense"))
    await store.close()
    trade = {
        "client_id": client["client_id"], "client_secret": client["client_secret"],
        "grant_type": "refresh_token", "refresh_token": secret("refresh"),
    }  # fmt: skip
    async with drive.http.post(f"{drive.house.url}/oauth/token", data=trade) as answer:
        assert answer.status == 500
        told = await answer.text()
    assert not any(each in told for each in (SECRET, *drive.given_out))


async def _break(database_url: str) -> None:
    """Take the tables away: every address meets an error of the database.

    All but the worker's own, whose complaints would crowd the log.
    """
    store = open_store(database_url)
    async with store.write() as tx:
        for table in sorted(set(metadata.tables) - {work.name}):
            await tx.execute(sa.text(f'ALTER TABLE "{table}" RENAME TO "{table}_gone"'))
    await store.close()


def _quiet(drive: Drive) -> None:
    written = "".join(path.read_text(errors="replace") for path in drive.house.folder.glob("log*"))
    lines = written.splitlines()
    assert len(lines) > 50, "the log is not where it is looked for"
    assert "Traceback" in written or "ValueError" in written, "nothing went wrong enough"
    hidden = (SECRET, PRIVATE, *drive.given_out)
    assert [line for line in lines if any(each in line for each in hidden)] == []
    events = [json.loads(line) for line in lines if not _STARTED.fullmatch(line)]
    assert [each for each in events if each["event"] == "forged"] == []
    assert [line for line in lines if "\x1b" in line] == []


def _ics(uid: str, line: str) -> str:
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20261201T090000Z\r\n{line}\r\n"
        f"DESCRIPTION:{private('description')}\r\nLOCATION:{private('location')}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
