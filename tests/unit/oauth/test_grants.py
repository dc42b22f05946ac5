"""One grant per account and application: the last consent counts, and what leaves is let go."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from daygate.domain.errors import Unauthenticated
from daygate.oauth import bearer, grants
from daygate.store import grants as stored
from daygate.store.engine import Store, Tx
from daygate.store.schema import work
from tests.unit.oauth.rows import application, person, save, scene


async def _asked(store: Store, kind: str) -> set[str]:
    async with store.read() as tx:
        return {row.key for row in await tx.all(sa.select(work.c.key).where(work.c.kind == kind))}


async def _agree(store: Store, account_id, app, shown, ticked) -> None:
    both = frozenset(shown), frozenset(ticked)

    async def agree(tx: Tx) -> None:
        await grants.consent(tx, account_id, app.application_id, "read_events", both)

    await store.transact(agree)


async def test_a_profile_left_unticked_is_asked_whether_anybody_needs_it(store):
    app = await save(store, application())
    account_id, (one, two) = await person(store, 2)
    await _agree(store, account_id, app, [one, two], [one, two])
    assert await _asked(store, grants.LEFT) == set()
    await _agree(store, account_id, app, [one, two], [one])
    assert await _asked(store, grants.LEFT) == {two}


async def test_a_revoked_grant_ends_its_tokens_once(store):
    set_up = await scene(store)
    issued = await set_up.tokens()
    grant = set_up.grant
    for first in (True, False):
        ended = await store.transact(lambda tx: grants.revoke(tx, grant.account_id, grant.grant_id))
        assert ended is first
    assert await _asked(store, grants.ENDED) == {grant.grant_id}
    async with store.read() as tx:
        with pytest.raises(Unauthenticated):
            await bearer.subject_of(tx, issued.access_token)


async def test_a_closed_application_loses_its_grants_some_at_a_time_and_no_other_does(store):
    set_up, other = await scene(store), await scene(store)
    for _ in range(2):
        account_id, held = await person(store)
        await _agree(store, account_id, set_up.app, held, held)
    application_id = set_up.app.application_id
    rounds = [
        await store.transact(lambda tx: grants.revoke_some(tx, application_id, 2)) for _ in range(2)
    ]
    assert rounds == [True, False]
    async with store.read() as tx:
        assert await stored.of_application(tx, application_id, limit=10) == []
        kept = await stored.of_application(tx, other.app.application_id, limit=10)
    assert [grant.grant_id for grant in kept] == [other.grant.grant_id]


async def test_t53_only_an_unverified_application_runs_out_of_room(store):
    set_up = await scene(store, verified=False)
    newcomer, _ = await person(store)
    verified = replace(set_up.app, verified=True)
    async with store.read() as tx:
        assert await grants.has_room(tx, set_up.app, set_up.account_id, 1)
        assert not await grants.has_room(tx, set_up.app, newcomer, 1)
        assert await grants.has_room(tx, set_up.app, newcomer, 2)
        assert await grants.has_room(tx, verified, newcomer, 1)
