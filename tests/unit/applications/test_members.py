"""Developers: made once per address, without telling strangers who has an account (D3)."""

import pytest

from daygate.applications import members, sign_in
from daygate.domain.developer import User
from daygate.domain.errors import Invalid
from daygate.store import users
from daygate.store.engine import Store
from tests.unit.applications.people import (
    PASSWORD,
    VISITOR,
    by,
    developer,
    quick_passwords,
)


async def _prepared(
    email: str = "new@example.org", name: str = "New Person", password: str = PASSWORD
) -> members.Newcomer:
    return await members.prepare(quick_passwords(), email=email, name=name, password=password)


async def test_an_address_is_one_person_however_it_is_written(store):
    await developer(store, "dev@example.org")
    again = await _prepared(email="  Dev@Example.ORG ")
    with pytest.raises(Invalid, match=r"errors\.taken"):
        await store.transact(lambda tx: members.create_user(tx, again, operator=True))


async def test_signing_up_with_a_known_address_changes_nothing_and_tells_nothing(store):
    known = await developer(store)
    again = await _prepared(email=known.email, name="Impostor", password="another password")
    await store.transact(lambda tx: members.sign_up(tx, again, VISITOR))
    async with store.read() as tx:
        assert await users.by_email(tx, known.email) == known


async def test_signing_up_never_makes_an_operator(store):
    newcomer = await _prepared()
    await store.transact(lambda tx: members.sign_up(tx, newcomer, VISITOR))
    async with store.read() as tx:
        found = await users.by_email(tx, "new@example.org")
    assert found is not None
    assert not found.operator


async def test_everything_wrong_with_a_form_is_told_at_once():
    with pytest.raises(Invalid) as refusal:
        await _prepared(email="nobody", name=" ", password="short")
    assert [error.field for error in refusal.value.errors] == ["email", "name", "password"]


@pytest.mark.parametrize(
    "email",
    ["", "@", "a@", "@b", "a b@c", "a@b@c", "a\u202e@b.example", "a@b\n.example", "a" * 65 + "@b"],
)
async def test_what_is_no_address_is_refused(email):
    with pytest.raises(Invalid, match="email"):
        await _prepared(email=email)


@pytest.mark.parametrize("password", ["1234567", "x" * 129, "new@example.org"])
async def test_a_password_that_is_too_short_too_long_or_the_address_is_refused(password):
    with pytest.raises(Invalid, match="password"):
        await _prepared(password=password)


async def test_a_changed_password_ends_every_other_session(store):
    user = await developer(store)
    secrets = [await _sign_in(store, user) for _ in range(3)]
    async with store.read() as tx:
        mine = await sign_in.current(tx, secrets[0])
    assert mine is not None
    renewed = await quick_passwords().hash("a new password")
    await store.transact(lambda tx: members.change_password(tx, mine, renewed, by(user)))
    async with store.read() as tx:
        alive = [await sign_in.current(tx, secret) is not None for secret in secrets]
    assert alive == [True, False, False]


async def test_whoever_is_locked_out_has_no_session_left(store):
    operator, user = await developer(store, "op@example.org", operator=True), await developer(store)
    secret = await _sign_in(store, user)
    lock = members.set_disabled
    await store.transact(lambda tx: lock(tx, user.user_id, by(operator), disabled=True))
    async with store.read() as tx:
        assert await sign_in.current(tx, secret) is None


async def test_operators_cannot_lock_themselves_out(store):
    operator = await developer(store, operator=True)
    with pytest.raises(Invalid):
        await store.transact(
            lambda tx: members.set_disabled(tx, operator.user_id, by(operator), disabled=True)
        )


async def _sign_in(store: Store, user: User) -> str:
    verdict = await quick_passwords().verify(user.password_hash, PASSWORD)
    signed_in = await store.transact(lambda tx: sign_in.enter(tx, user, verdict, VISITOR))
    return signed_in.secret
