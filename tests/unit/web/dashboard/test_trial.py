"""Test connection: the own flow, bound to who began it, with nothing left behind."""

from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from daygate.applications import register, verify
from daygate.domain.ids import AccountId, ProfileId
from daygate.oauth import pending
from daygate.oauth.grants import consent
from daygate.oauth.pending import Consent, Terms
from daygate.store import grants
from daygate.store.engine import Store
from daygate.store.schema import access_tokens, refresh_tokens
from daygate.web.dashboard.trial import SCOPE
from tests.unit.applications.people import by, developer
from tests.unit.oauth import rows
from tests.unit.web.dashboard.browser import ORIGIN, Browser
from tests.unit.web.dashboard.test_apps import create

TERMS = Terms(ORIGIN, 60, 20)


async def _begin(browser: Browser, path: str) -> tuple[str, str]:
    """The handle and the key of the flow that the button begins."""
    page = await browser.get(f"{path}/test")
    moved = await browser.submit(page, f"{path}/test", follow=False)
    handle = moved.headers["location"].removeprefix("/connect/")
    return handle, next(v for n, v in browser.cookies.items() if handle[:8] in n)


async def _agree(
    store: Store, flow: tuple[str, str], person: tuple[AccountId, list[ProfileId]] | None = None
) -> tuple[str, AccountId]:
    """Connect a sandbox person and consent: where the browser goes, and whose account it is."""
    account_id, (profile_id,) = person or await rows.person(store)
    async with store.write() as tx:
        waiting = await pending.load(tx, *flow)
        waiting = await pending.attach(tx, waiting, account_id, profile_id)
        chosen = Consent(frozenset({profile_id}), frozenset({profile_id}))
        location = await pending.approve(tx, waiting, chosen, TERMS)
    assert location.startswith(f"{ORIGIN}/dashboard/apps/")
    return location.removeprefix(ORIGIN), account_id


@pytest.mark.parametrize("verified", [False, True])
async def test_every_step_is_shown_and_everything_is_taken_back(
    browser, timed_store, owner, verified
):
    shown = await create(browser)
    path, secret = shown.path.removesuffix("/secret"), shown.code("client-secret")
    async with timed_store.write() as tx:
        (app,) = await register.of_owner(tx, owner.user_id)
        if verified:
            await verify.approve(tx, app, by(owner))
    location, account_id = await _agree(timed_store, await _begin(browser, path))
    page = await browser.get(location)
    assert "It works." in page.text
    for step in ("/oauth/token", "/v1/userinfo", "/v1/calendars"):
        assert f" {step} HTTP/1.1" in page.text
    assert account_id in page.text
    assert secret not in page.text
    code = location.split("code=")[1].split("&")[0]
    assert code not in page.text
    async with timed_store.read() as tx:
        assert await grants.active(tx, account_id, app.application_id) is None
    again = await browser.get(location)
    assert "A step was refused" in again.text
    assert "invalid_grant" in again.text


async def test_tokens_do_not_survive_the_page(browser, timed_store):
    path = (await create(browser)).path.removesuffix("/secret")
    location, _ = await _agree(timed_store, await _begin(browser, path))
    await browser.get(location)
    async with timed_store.read() as tx:
        assert await tx.all(sa.select(access_tokens)) == []
        alive = sa.select(refresh_tokens).where(refresh_tokens.c.revoked_ms.is_(None))
        assert await tx.all(alive) == []


async def test_an_account_connected_before_stays_connected(browser, timed_store, owner, clock):
    path = (await create(browser)).path.removesuffix("/secret")
    async with timed_store.read() as tx:
        (app,) = await register.of_owner(tx, owner.user_id)
    person = await rows.person(timed_store)
    ticked = frozenset(person[1])
    async with timed_store.write() as tx:
        await consent(tx, person[0], app.application_id, SCOPE, (ticked, ticked))
    clock.advance(s=1)
    location, account_id = await _agree(timed_store, await _begin(browser, path), person)
    assert "It works." in (await browser.get(location)).text
    async with timed_store.read() as tx:
        assert await grants.active(tx, account_id, app.application_id) is not None
        assert await tx.all(sa.select(access_tokens)) == []


async def test_what_was_begun_in_one_session_does_not_open_in_another(app, browser, timed_store):
    path = (await create(browser)).path.removesuffix("/secret")
    location, _ = await _agree(timed_store, await _begin(browser, path))
    twin = Browser(app)
    await twin.sign_in("dev@example.org")
    assert (await twin.get(location)).path == f"{path}/test"
    await developer(timed_store, "other@example.org")
    stranger = Browser(app)
    await stranger.sign_in("other@example.org")
    assert (await stranger.get(location)).status == 404


async def test_a_refusal_is_told_as_the_program_would_see_it(browser, timed_store):
    path = (await create(browser)).path.removesuffix("/secret")
    flow = await _begin(browser, path)
    async with timed_store.write() as tx:
        location = await pending.deny(tx, await pending.load(tx, *flow), ORIGIN)
    page = await browser.get(location.removeprefix(ORIGIN))
    assert "The person did not agree" in page.text
    assert urlsplit(location).path == f"{path}/try"


@pytest.mark.parametrize("state", ["", "junk", "x" * 3000])
async def test_a_made_up_state_opens_nothing(browser, state):
    path = (await create(browser)).path.removesuffix("/secret")
    page = await browser.get(f"{path}/try?code=abc&state={state}")
    assert page.path == f"{path}/test"
