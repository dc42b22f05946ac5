"""Sessions of the dashboard: fresh at sign-in, ended by idling, age, revocation (D1, T27)."""

import pytest
import sqlalchemy as sa

from daygate.applications import attempts, members, sign_in
from daygate.domain.developer import Session, User, Visitor
from daygate.domain.errors import NotFound, TooMany
from daygate.kit.passwords import Verdict
from daygate.store.engine import Store
from daygate.store.schema import audit, sessions
from daygate.web.transaction import in_transaction
from tests.unit.applications.people import VISITOR, by, developer, quick_passwords

RIGHT, WRONG = Verdict(ok=True), Verdict(ok=False)


async def _enter(store: Store, user: User, former: str | None = None) -> sign_in.SignedIn:
    return await store.transact(lambda tx: sign_in.enter(tx, user, RIGHT, VISITOR, former))


async def _current(store: Store, secret: str) -> Session | None:
    async with store.read() as tx:
        return await sign_in.current(tx, secret)


async def _refused(store: Store, knocking: User | None, verdict: Verdict) -> None:
    await in_transaction(store, lambda tx: sign_in.enter(tx, knocking, verdict, VISITOR))


async def test_only_the_fingerprint_of_a_session_is_stored(store):
    signed_in = await _enter(store, await developer(store))
    async with store.read() as tx:
        row = await tx.first(sa.select(sessions))
    assert row is not None
    assert signed_in.secret.encode() not in bytes(row.session_hash)
    assert signed_in.secret not in repr((row, signed_in))


async def test_signing_in_again_ends_the_session_the_browser_came_with(store):
    user = await developer(store)
    first = await _enter(store, user)
    second = await _enter(store, user, first.secret)
    assert first.secret != second.secret
    assert await _current(store, first.secret) is None
    assert await _current(store, second.secret) is not None


async def test_a_session_ends_after_twelve_idle_hours(timed_store, clock):
    signed_in = await _enter(timed_store, await developer(timed_store))
    clock.advance(s=sign_in.IDLE_S - 1)
    assert await _current(timed_store, signed_in.secret) is not None
    clock.advance(s=1)
    assert await _current(timed_store, signed_in.secret) is None


async def test_a_session_in_use_ends_after_thirty_days(timed_store, clock):
    signed_in = await _enter(timed_store, await developer(timed_store))
    for _ in range(30 * 24 // 12):
        clock.advance(s=12 * 3600 - 1)
        await timed_store.transact(lambda tx: sign_in.touch(tx, signed_in.session))
    assert await _current(timed_store, signed_in.secret) is not None
    clock.advance(s=30 * 24 // 12)
    assert await _current(timed_store, signed_in.secret) is None


async def test_a_password_is_recent_for_fifteen_minutes(store):
    session = (await _enter(store, await developer(store))).session
    assert sign_in.is_recent(session, session.created_ms + 15 * 60_000 - 1)
    assert not sign_in.is_recent(session, session.created_ms + 15 * 60_000)


async def test_a_wrong_password_and_an_unknown_address_are_refused_alike(store):
    user = await developer(store)
    for knocking, verdict in ((user, WRONG), (None, WRONG)):
        with pytest.raises(sign_in.SignInRefused) as refusal:
            await _refused(store, knocking, verdict)
        assert str(refusal.value) == ""
    async with store.read() as tx:
        acts = [row.act for row in await tx.all(sa.select(audit.c.act))]
    assert acts.count("sign_in.refused") == 2


async def test_whoever_is_locked_out_is_refused_with_the_right_password(store):
    operator, user = await developer(store, "op@example.org", operator=True), await developer(store)
    lock = members.set_disabled
    await store.transact(lambda tx: lock(tx, user.user_id, by(operator), disabled=True))
    with pytest.raises(sign_in.SignInRefused):
        await _enter(store, user)


async def test_a_password_changed_while_it_was_being_checked_does_not_open(store):
    user = await developer(store)
    session = (await _enter(store, user)).session
    renewed = await quick_passwords().hash("a new password")
    await store.transact(lambda tx: members.change_password(tx, session, renewed, by(user)))
    with pytest.raises(sign_in.SignInRefused):
        await _enter(store, user)


async def test_guessing_is_stopped_without_locking_the_person_out(store):
    user = await developer(store)

    async def knock(address: str) -> User | None:
        visitor = Visitor(address)
        found: User | None = await store.transact(lambda tx: sign_in.knock(tx, user.email, visitor))
        return found

    for _ in range(attempts.SIGN_IN.most):
        assert await knock("192.0.2.66") == user
    with pytest.raises(TooMany):
        await knock("192.0.2.66")
    assert await knock("198.51.100.1") == user


def test_neighbours_in_one_ipv6_subnet_share_a_counter():
    assert attempts.network_of("2001:db8::1") == attempts.network_of("2001:db8::ffff:2")
    assert attempts.network_of("2001:db8:0:1::1") != attempts.network_of("2001:db8::1")
    assert attempts.network_of("::ffff:192.0.2.1") == attempts.network_of("192.0.2.1")


async def test_people_end_their_own_sessions_and_nobody_elses(store):
    mine, other = await developer(store), await developer(store, "other@example.org")
    first, second = await _enter(store, mine), await _enter(store, mine)
    foreign = await _enter(store, other)
    async with store.read() as tx:
        handles = {one.handle for one in await sign_in.listed(tx, first.session)}
    assert handles == {first.session.handle, second.session.handle}
    revoke = sign_in.revoke
    with pytest.raises(NotFound):
        await store.transact(lambda tx: revoke(tx, first.session, foreign.session.handle, VISITOR))
    await store.transact(lambda tx: revoke(tx, first.session, second.session.handle, VISITOR))
    assert await _current(store, second.secret) is None
    assert await _current(store, foreign.secret) is not None
