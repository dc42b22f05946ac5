"""What the matrix cannot say: answers to readers, links that are public, counters, what ends."""

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from daygate.app import build_app
from daygate.store import schema

from .client import Answer, Caller
from .world import CALLBACK, Tenant, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

READS = (
    "/v1/account",
    "/v1/userinfo",
    "/v1/profiles",
    "/v1/calendars",
    "/v1/events?include_deleted=true&include_managed=true&include_moved=true&include_geo=true",
    "/v1/events?from=2028-01-01&to=2028-03-01",
    "/v1/events?only_managed=true",
    "/v1/free_busy?include_ids=true&include_deleted=true&include_managed=true&include_free=true",
)


def _tenants(world: World) -> dict[str, Tenant]:
    return {"ax": world.ax, "ay": world.ay, "bx": world.bx, "bz": world.bz}


@pytest.mark.parametrize("name", ["ax", "ay", "bx", "bz"])
async def test_t66_no_answer_names_anything_of_another_grant(world: World, name: str):
    tenants = _tenants(world)
    foreign = {word for each in tenants if each != name for word in tenants[each].words}
    foreign |= world.gone.words
    caller, heard = world.bearer(tenants[name].access_token), ""
    for path in READS:
        answer = await caller.get(path)
        assert answer.status == 200, answer.body
        heard += await _with_pages(caller, answer)
    assert {word for word in foreign if word in heard} == set()
    assert {word for word in tenants[name].words if word not in heard} == set()


async def _with_pages(caller: Caller, answer: Answer) -> str:
    heard, body = answer.body, json.loads(answer.body)
    while following := body.get("pages", {}).get("next_page"):
        answer = await caller.get(following)
        heard, body = heard + answer.body, json.loads(answer.body)
    return heard


async def test_two_grants_of_one_account_share_the_account_and_nothing_else(world: World):
    assert world.ax.account_id == world.bx.account_id
    assert world.ax.words.isdisjoint(world.bx.words)


async def test_one_calendar_account_in_two_places_has_two_sets_of_ids(world: World):
    """M2: whoever knows an id of a calendar they share cannot work out another's."""
    assert world.bx.profile_id != world.bz.profile_id
    assert world.bx.words.isdisjoint(world.bz.words)


async def test_a_relink_page_tells_the_same_of_whomever_it_is(world: World):
    pages = set()
    for tenant in _tenants(world).values():
        answer = await Caller(world.app).get(f"/relink/{tenant.profile_id}")
        assert not [word for word in tenant.words - {tenant.profile_id} if word in answer.body]
        pages.add(answer.without(tenant.profile_id))
    assert len(pages) == 1


async def test_m4_the_pace_of_one_application_leaves_the_others_alone(world: World):
    parts = world.house.parts
    slow = parts.settings.model_copy(update={"api_per_s": 3, "api_per_min": 3})
    app = build_app(slow, replace(parts, settings=slow))
    greedy, other = Caller(app, world.ax.access_token), Caller(app, world.bx.access_token)
    statuses = [(await greedy.get("/v1/account")).status for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert (await Caller(app, world.ay.access_token).get("/v1/account")).status == 429
    assert (await other.get("/v1/account")).status == 200


async def test_m4_wrong_secrets_for_one_application_shut_nobody_else_out(world: World):
    form = {**world.ax.client, "client_secret": "wrong", "grant_type": "refresh_token"}
    for _ in range(30):
        await Caller(world.app).ask("POST", "/oauth/token", form)
    for tenant in (world.ax, world.bz):
        right = {
            **tenant.client,
            "grant_type": "refresh_token",
            "refresh_token": tenant.refresh_token,
        }
        assert (await Caller(world.app).ask("POST", "/oauth/token", right)).status == 200


async def test_revoking_ones_own_ends_ones_own_alone(world: World):
    before = await world.snapshot()
    spare = await world.spare_tenant()
    form = {**spare.client, "token": spare.refresh_token}
    assert (await Caller(world.app).ask("POST", "/oauth/token/revoke", form)).status == 200
    assert (await world.bearer(spare.access_token).get("/v1/account")).status == 401
    assert before - await world.snapshot() == frozenset()


async def test_an_operator_approves_the_uris_of_one_application_alone(world: World):
    made = await world.registered(world.dora.user, CALLBACK)
    request_id = await world.asked_for_verification(made)
    foreign = "https://rival.example/callback"
    form = {"uri": [CALLBACK, foreign]}
    path = f"/dashboard/verifications/{request_id}/accept"
    assert (await world.operator.ask("POST", path, form)).status == 303
    u = schema.redirect_uris.c
    states = sa.select(u.uri, u.state).where(u.uri.in_([CALLBACK, foreign]))
    others = u.application_id != world.planner.application.application_id
    rows = await world.run(lambda tx: tx.all(states.where(others)))
    assert (foreign, "pending") in {tuple(row) for row in rows}
    assert (foreign, "approved") not in {tuple(row) for row in rows}
