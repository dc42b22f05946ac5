"""Authorization codes are good for one exchange, by the right client, with the right proof."""

import asyncio
import base64
import hashlib

import pytest
import sqlalchemy as sa

from daygate.kit.crypto import random_text
from daygate.oauth import bearer, grants
from daygate.oauth.refusals import CodeReplayed, InvalidGrant, WrongVerifier
from daygate.store.engine import Store
from daygate.store.schema import access_tokens, codes, refresh_tokens
from tests.conftest import SettableClock
from tests.unit.oauth.rows import CHALLENGE, VERIFIER, acts, lives, scene


async def test_a_code_gives_tokens_and_names_the_profile_linked(store):
    set_up = await scene(store)
    issued = await set_up.tokens()
    assert (issued.scope, issued.account_id) == ("read_events create_event", set_up.account_id)
    assert issued.profile is not None
    assert issued.profile.profile_id == set_up.profile_ids[0]
    assert len(issued.access_token) == len(issued.refresh_token) == 32
    async with store.read() as tx:
        subject = await bearer.subject_of(tx, issued.access_token)
    assert (subject.account_id, subject.grant_id) == (set_up.account_id, set_up.grant.grant_id)


async def test_t33_a_code_used_twice_gives_nothing_and_kills_what_it_gave(store):
    set_up = await scene(store)
    other = await set_up.tokens()
    code = await set_up.code()
    issued = await set_up.redeem(code)
    with pytest.raises(CodeReplayed):
        await set_up.redeem(code)
    assert not await lives(store, issued.access_token)
    with pytest.raises(InvalidGrant):
        await set_up.refresh(issued.refresh_token)
    assert await lives(store, other.access_token)
    assert await acts(store) == ["code.replayed"]


async def test_t34_of_fifty_redemptions_at_once_one_succeeds_and_none_of_its_tokens_survives(store):
    set_up = await scene(store)
    code = await set_up.code()
    answers = await asyncio.gather(
        *(set_up.redeem(code) for _ in range(50)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, CodeReplayed)]
    (issued,) = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert len(refused) == 49
    assert not await lives(store, issued.access_token)
    with pytest.raises(InvalidGrant):
        await set_up.refresh(issued.refresh_token)


async def test_t35_a_code_of_another_application_is_burnt_for_both(store):
    set_up, stranger = await scene(store), await scene(store)
    code = await set_up.code()
    with pytest.raises(InvalidGrant):
        await set_up.redeem(code, client=stranger.client)
    with pytest.raises(InvalidGrant):
        await set_up.redeem(code)


@pytest.mark.parametrize("redirect", ["https://a.example/other", "", "https://a.example/cb/"])
async def test_t36_another_redirect_uri_gets_nothing_and_is_not_told_the_right_one(store, redirect):
    set_up = await scene(store)
    code = await set_up.code()
    with pytest.raises(InvalidGrant) as refused:
        await set_up.redeem(code, redirect=redirect)
    assert "a.example" not in refused.value.description
    assert (await set_up.redeem(code)).access_token


async def test_t37_a_code_ends_to_the_second(timed_store: Store, clock: SettableClock):
    set_up = await scene(timed_store)
    kept, late = await set_up.code(life_s=60), await set_up.code(life_s=60)
    clock.advance(s=59.9)
    assert (await set_up.redeem(kept)).access_token
    clock.advance(s=0.1)
    with pytest.raises(InvalidGrant) as refused:
        await set_up.redeem(late)
    assert not isinstance(refused.value, CodeReplayed)
    assert await acts(timed_store) == []


async def test_t37_a_code_of_a_revoked_grant_is_worth_nothing(store):
    set_up = await scene(store)
    code = await set_up.code()
    await store.transact(lambda tx: grants.revoke(tx, set_up.account_id, set_up.grant.grant_id))
    with pytest.raises(InvalidGrant):
        await set_up.redeem(code)


async def test_t38_a_wrong_verifier_burns_the_code(store):
    set_up = await scene(store)
    code = await set_up.code(challenge=CHALLENGE)
    with pytest.raises(WrongVerifier):
        await set_up.redeem(code, verifier="x" * 43)
    with pytest.raises(InvalidGrant):
        await set_up.redeem(code, verifier=VERIFIER)
    assert await acts(store) == ["code.wrong_verifier", "code.replayed"]


async def test_the_right_verifier_of_rfc_7636_appendix_b_is_accepted(store):
    set_up = await scene(store)
    code = await set_up.code(challenge=CHALLENGE)
    assert (await set_up.redeem(code, verifier=VERIFIER)).access_token


@pytest.mark.parametrize(
    ("challenge", "verifier"), [(CHALLENGE, ""), (None, VERIFIER), (CHALLENGE, CHALLENGE)]
)
async def test_t42_t44_pkce_cannot_be_stripped_in_either_direction(store, challenge, verifier):
    set_up = await scene(store)
    code = await set_up.code(challenge=challenge)
    with pytest.raises(WrongVerifier):
        await set_up.redeem(code, verifier=verifier)


@pytest.mark.parametrize("verifier", ["a" * 42, "a" * 129, "a" * 42 + "=", "a" * 42 + "é"])
async def test_t43_a_misspelt_verifier_is_refused_even_if_its_hash_fits(store, verifier):
    set_up = await scene(store)
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    code = await set_up.code(challenge=challenge)
    with pytest.raises(WrongVerifier):
        await set_up.redeem(code, verifier=verifier)


async def test_an_unknown_code_is_refused_without_an_alarm(store):
    set_up = await scene(store)
    with pytest.raises(InvalidGrant):
        await set_up.redeem(random_text(32))
    assert await acts(store) == []


async def test_t64_a_dump_of_the_database_holds_no_code_and_no_token(store):
    set_up = await scene(store)
    code = await set_up.code()
    issued = await set_up.redeem(code)
    async with store.read() as tx:
        rows = [
            row
            for table in (codes, access_tokens, refresh_tokens)
            for row in await tx.all(sa.select(table))
        ]
    dump = repr(rows)
    assert len(rows) == 3
    for secret in (code, issued.access_token, issued.refresh_token):
        assert secret not in dump
