"""A request waits on the server, in one browser, for one decision."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from daygate.domain.application import Application
from daygate.domain.ids import AccountId, ProfileId, new_grant_id
from daygate.domain.subject import Subject
from daygate.kit.crypto import random_text
from daygate.oauth import link_tokens, pending
from daygate.oauth.pending import Consent, Pending, Terms
from daygate.oauth.refusals import (
    NothingChosen,
    Redirected,
    Shown,
    TooManyAccounts,
    UnknownAuthorization,
)
from daygate.oauth.request import AuthorizationRequest
from daygate.store import application_changes, grants
from daygate.store.engine import Store
from daygate.store.schema import authorizations, codes
from daygate.store.schema import grants as grant_rows
from tests.conftest import SettableClock
from tests.unit.oauth.rows import (
    CHALLENGE,
    ISSUER,
    REDIRECT,
    VERIFIER,
    Scene,
    application,
    client_of,
    person,
    save,
)

KEY = "k" * 32
TERMS = Terms(ISSUER, code_ttl_s=60, unverified_accounts=2)
REQUEST = AuthorizationRequest(
    client_id="x",
    redirect_uri=REDIRECT,
    response_type="code",
    scope="read_events  create_event",
    state="%+é",
    provider_name="fastmail",
    locale="de",
)


@dataclass(frozen=True)
class Visit:
    """A browser that has come with a request."""

    store: Store
    app: Application
    handle: str

    async def load(self, key: str = KEY) -> Pending:
        return await self.store.transact(lambda tx: pending.load(tx, self.handle, key))

    async def attach(self, account_id: AccountId, profile_id: ProfileId) -> Pending:
        waiting = await self.load()
        return await self.store.transact(
            lambda tx: pending.attach(tx, waiting, account_id, profile_id)
        )

    async def approve(
        self, ticked: Collection[ProfileId], shown: Collection[ProfileId] | None = None
    ) -> str:
        waiting = await self.load()
        consent = Consent(frozenset(ticked if shown is None else shown), frozenset(ticked))
        return await self.store.transact(lambda tx: pending.approve(tx, waiting, consent, TERMS))

    async def deny(self) -> str:
        waiting = await self.load()
        return await self.store.transact(lambda tx: pending.deny(tx, waiting, ISSUER))


async def visit(store: Store, app: Application, request: AuthorizationRequest = REQUEST) -> Visit:
    handle = await store.transact(lambda tx: pending.begin(tx, app, request, KEY, ISSUER))
    return Visit(store, app, handle)


def answer_in(location: str) -> dict[str, str]:
    return {name: value for name, [value] in parse_qs(urlsplit(location).query).items()}


async def count(store: Store, table: sa.Table) -> int:
    async with store.read() as tx:
        return len(await tx.all(sa.select(table)))


async def test_a_request_is_kept_as_it_came_and_an_approval_leads_back_with_a_code(store):
    app = await save(store, application())
    account_id, profile_ids = await person(store)
    came = await visit(
        store, app, replace(REQUEST, code_challenge=CHALLENGE, code_challenge_method="S256")
    )
    waiting = await came.load()
    assert waiting.application.client_id == app.client_id
    assert (waiting.scope, waiting.state) == ("read_events create_event", "%+é")
    assert (waiting.provider_name, waiting.locale) == ("fastmail", "de")
    assert waiting.outcome is None
    await came.attach(account_id, profile_ids[0])
    location = await came.approve(profile_ids)
    answer = answer_in(location)
    assert location.startswith(f"{REDIRECT}?")
    assert set(answer) == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == ("%+é", ISSUER)
    async with store.read() as tx:
        grant = await grants.active(tx, account_id, app.application_id)
    assert grant is not None
    redeemer = Scene(store, app, client_of(app), account_id, profile_ids, grant)
    issued = await redeemer.redeem(answer["code"], VERIFIER)
    assert issued.scope == "read_events create_event"


async def test_t23_t95_another_browser_cannot_see_or_settle_the_request(store):
    came = await visit(store, await save(store, application()))
    for key in ("", "another" * 5):
        with pytest.raises(UnknownAuthorization):
            await came.load(key)


async def test_t24_an_unknown_handle_opens_nothing(store):
    await save(store, application())
    with pytest.raises(UnknownAuthorization):
        await store.transact(lambda tx: pending.load(tx, random_text(32), KEY))


async def test_t24_a_request_ends_after_ten_minutes(timed_store: Store, clock: SettableClock):
    came = await visit(timed_store, await save(timed_store, application()))
    clock.advance(s=599.9)
    waiting = await came.load()
    clock.advance(s=0.1)
    with pytest.raises(UnknownAuthorization):
        await came.load()
    with pytest.raises(UnknownAuthorization):
        await timed_store.transact(lambda tx: pending.deny(tx, waiting, ISSUER))


async def test_t25_two_tabs_of_two_applications_do_not_mix(store):
    app, other = await save(store, application()), await save(store, application())
    account_id, profile_ids = await person(store)
    first, second = await visit(store, app), await visit(store, other, replace(REQUEST, state="2"))
    for came in (second, first):
        await came.attach(account_id, profile_ids[0])
    states = [answer_in(await came.approve(profile_ids))["state"] for came in (first, second)]
    assert states == ["%+é", "2"]
    async with store.read() as tx:
        rows = await tx.all(sa.select(codes.c.application_id))
    assert {row.application_id for row in rows} == {app.application_id, other.application_id}


async def test_t26_a_double_click_gets_the_same_answer_and_one_code(store):
    app = await save(store, application())
    account_id, profile_ids = await person(store)
    came = await visit(store, app)
    await came.attach(account_id, profile_ids[0])
    clicks = await asyncio.gather(*(came.approve(profile_ids) for _ in range(10)))
    assert len(set(clicks)) == 1
    assert await came.deny() == clicks[0]
    assert (await came.load()).outcome == clicks[0]
    assert await count(store, codes) == await count(store, grant_rows) == 1


async def test_t64_a_kept_outcome_shows_no_code(store):
    came = await visit(store, await save(store, application()))
    account_id, profile_ids = await person(store)
    await came.attach(account_id, profile_ids[0])
    code = answer_in(await came.approve(profile_ids))["code"]
    async with store.read() as tx:
        dump = repr(await tx.all(sa.select(authorizations))) + repr(await tx.all(sa.select(codes)))
    assert code not in dump
    assert came.handle not in dump
    assert KEY not in dump


async def test_a_denial_is_final_and_says_access_denied(store):
    came = await visit(store, await save(store, application()))
    account_id, profile_ids = await person(store)
    await came.attach(account_id, profile_ids[0])
    location = await came.deny()
    assert answer_in(location) == {"error": "access_denied", "state": "%+é", "iss": ISSUER}
    assert await came.approve(profile_ids) == location
    assert await count(store, codes) == 0


async def test_an_approval_needs_an_account_and_a_profile_of_it(store):
    came = await visit(store, await save(store, application()))
    account_id, profile_ids = await person(store)
    _, foreign = await person(store)
    with pytest.raises(UnknownAuthorization):
        await came.approve(profile_ids)
    await came.attach(account_id, profile_ids[0])
    for ticked in ([], foreign):
        with pytest.raises(NothingChosen):
            await came.approve(ticked)
    assert answer_in(await came.approve([*profile_ids, *foreign]))["code"]
    async with store.read() as tx:
        grant = await grants.active(tx, account_id, came.app.application_id)
        assert grant is not None
        assert await grants.profile_ids(tx, account_id, grant.grant_id) == set(profile_ids)


async def test_a_newer_consent_sets_the_scope_and_the_profiles_it_showed(store):
    app = await save(store, application())
    account_id, (one, two, three) = await person(store, 3)
    first = await visit(store, app)
    await first.attach(account_id, one)
    await first.approve([one, two])
    second = await visit(store, app, replace(REQUEST, scope="read_only"))
    await second.attach(account_id, three)
    await second.approve([three], shown=[two, three])
    async with store.read() as tx:
        grant = await grants.active(tx, account_id, app.application_id)
        assert grant is not None
        assert grant.scope == "read_only"
        assert await grants.profile_ids(tx, account_id, grant.grant_id) == {one, three}
    assert await count(store, grant_rows) == 1


async def test_two_consents_at_once_make_one_grant(store):
    app = await save(store, application())
    account_id, profile_ids = await person(store)
    visits = [await visit(store, app) for _ in range(5)]
    for came in visits:
        await came.attach(account_id, profile_ids[0])
    await asyncio.gather(*(came.approve(profile_ids) for came in visits))
    assert await count(store, grant_rows) == 1


async def test_t53_an_unverified_application_connects_so_many_accounts_and_no_more(store):
    app = await save(store, application(verified=False))
    people = [await person(store) for _ in range(3)]
    for account_id, profile_ids in people[:2]:
        came = await visit(store, app)
        await came.attach(account_id, profile_ids[0])
        await came.approve(profile_ids)
    late = await visit(store, app)
    await late.attach(people[2][0], people[2][1][0])
    with pytest.raises(TooManyAccounts) as refused:
        await late.approve(people[2][1])
    assert refused.value.location is not None
    assert answer_in(refused.value.location)["error"] == "access_denied"
    # Whoever is connected may come again.
    again = await visit(store, app)
    await again.attach(people[0][0], people[0][1][0])
    assert answer_in(await again.approve(people[0][1]))["code"]


async def test_a_disabled_application_gets_no_further(store):
    came = await visit(store, await save(store, application(disabled=True)))
    with pytest.raises(Shown):
        await came.load()


async def test_an_application_closed_meanwhile_gets_no_grant(store):
    came = await visit(store, await save(store, application()))
    account_id, profile_ids = await person(store)
    waiting = await came.attach(account_id, profile_ids[0])
    chosen = Consent(frozenset(profile_ids), frozenset(profile_ids))
    await store.transact(lambda tx: application_changes.close(tx, came.app.application_id))
    with pytest.raises(Shown):
        await store.transact(lambda tx: pending.approve(tx, waiting, chosen, TERMS))
    assert await count(store, grant_rows) == 0


async def test_t96_a_link_token_works_once_and_for_its_own_application(store):
    app, stranger = await save(store, application()), await save(store, application())
    account_id, profile_ids = await person(store)
    other_id, others = await person(store)
    subject = Subject(account_id, new_grant_id(), app.application_id, "read_events", 0)
    token = await store.transact(lambda tx: link_tokens.mint(tx, subject))
    asked = replace(REQUEST, link_token=token)
    with pytest.raises(Redirected) as refused:
        await visit(store, stranger, asked)
    assert answer_in(refused.value.location)["error"] == "invalid_request"
    came = await visit(store, app, asked)
    assert (await came.load()).link_account_id == account_id
    with pytest.raises(Shown):
        await came.attach(other_id, others[0])
    assert (await came.attach(account_id, profile_ids[0])).account_id == account_id
    with pytest.raises(Redirected):
        await visit(store, app, asked)
