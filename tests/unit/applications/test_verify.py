"""Verification: who asks, who decides, and what an approval covers (T53)."""

import pytest

from daygate.applications import options, redirects, register, verify
from daygate.domain.application import Application
from daygate.domain.developer import User
from daygate.domain.errors import Invalid, NotFound
from daygate.domain.verification import Contact
from daygate.store.engine import Store
from tests.unit.applications.people import application, by, developer

CONTACT = Contact("support@acme.example", "Acme Support")
FIRST, SECOND = "https://acme.example/cb", "https://acme.example/cb2"


@pytest.fixture
async def operator(store):
    return await developer(store, "op@example.org", operator=True)


@pytest.fixture
async def owner(store):
    return await developer(store)


async def _ask(store: Store, app: Application, owner: User, *uris: str) -> verify.Asked:
    await store.transact(lambda tx: verify.request(tx, app, uris, CONTACT, by(owner)))
    async with store.read() as tx:
        return (await verify.queue(tx))[-1]


async def _again(store: Store, app: Application) -> Application:
    async with store.read() as tx:
        return await register.owned(tx, app.owner_id, app.application_id)


async def test_an_approval_verifies_and_approves_what_was_seen(store, owner, operator):
    app = (await application(store, owner, FIRST)).application
    asked = await _ask(store, app, owner, SECOND)
    assert asked.waiting == [FIRST, SECOND]
    assert asked.verification.contact == CONTACT
    verification_id = asked.verification.verification_id
    await store.transact(lambda tx: verify.accept(tx, verification_id, asked.waiting, by(operator)))
    app = await _again(store, app)
    assert app.verified
    assert set(app.approved_uris) == {FIRST, SECOND}


async def test_what_was_added_after_the_operator_looked_stays_pending(store, owner, operator):
    app = (await application(store, owner, FIRST)).application
    asked = await _ask(store, app, owner)
    await store.transact(lambda tx: redirects.add(tx, app, [SECOND], by(owner)))
    verification_id = asked.verification.verification_id
    await store.transact(lambda tx: verify.accept(tx, verification_id, asked.waiting, by(operator)))
    app = await _again(store, app)
    assert app.approved_uris == (FIRST,)
    assert app.pending_uris == (SECOND,)


async def test_asking_again_adds_and_leaves_one_request_in_the_queue(store, owner):
    app = (await application(store, owner)).application
    await _ask(store, app, owner, FIRST)
    asked = await _ask(store, app, owner, SECOND)
    async with store.read() as tx:
        assert len(await verify.queue(tx)) == 1
    assert asked.waiting == [FIRST, SECOND]


async def test_what_a_verified_application_adds_waits(store, owner, operator):
    app = (await application(store, owner, FIRST)).application
    await store.transact(lambda tx: verify.approve(tx, app, by(operator)))
    await _ask(store, await _again(store, app), owner, FIRST, SECOND)
    app = await _again(store, app)
    assert (app.verified, app.approved_uris, app.pending_uris) == (True, (FIRST,), (SECOND,))


async def test_a_refusal_needs_a_reason_and_the_owner_reads_it(store, owner, operator):
    app = (await application(store, owner, FIRST)).application
    asked = await _ask(store, app, owner)
    refuse, verification_id = verify.refuse, asked.verification.verification_id
    with pytest.raises(Invalid):
        await store.transact(lambda tx: refuse(tx, verification_id, "  ", by(operator)))
    await store.transact(lambda tx: refuse(tx, verification_id, "Not yours.", by(operator)))
    async with store.read() as tx:
        answer = await verify.latest(tx, app)
        listed = await redirects.listed(tx, app)
    assert answer is not None
    assert (answer.state, answer.reason) == ("refused", "Not yours.")
    assert [one.state for one in listed] == ["refused"]
    assert (await _ask(store, app, owner)).waiting == [FIRST]


async def test_a_request_is_decided_once(store, owner, operator):
    app = (await application(store, owner, FIRST)).application
    asked = await _ask(store, app, owner)
    verification_id = asked.verification.verification_id
    refuse, accept = verify.refuse, verify.accept
    await store.transact(lambda tx: refuse(tx, verification_id, "No.", by(operator)))
    with pytest.raises(NotFound):
        await store.transact(lambda tx: accept(tx, verification_id, [FIRST], by(operator)))
    assert not (await _again(store, app)).verified


async def test_a_listed_plain_http_uri_cannot_be_verified(store, owner, operator):
    app = (await application(store, owner, "http://intranet.example/cb")).application
    with pytest.raises(Invalid):
        await _ask(store, app, owner)
    with pytest.raises(Invalid):
        await store.transact(lambda tx: verify.approve(tx, app, by(operator)))


async def test_another_name_has_to_be_verified_again(store, owner, operator):
    app = (await application(store, owner, FIRST)).application
    app = await store.transact(lambda tx: verify.approve(tx, app, by(operator)))
    await store.transact(lambda tx: register.rename(tx, app, "Your Bank", "", by(owner)))
    assert not (await _again(store, app)).verified


async def test_wildcards_are_for_the_operator_to_allow(store, owner, operator):
    app = (await application(store, owner)).application
    with pytest.raises(Invalid):
        await _ask(store, app, owner, "https://*.acme.example/cb")
    await store.transact(
        lambda tx: options.allow_host_wildcards(tx, app, by(operator), allowed=True)
    )
    asked = await _ask(store, await _again(store, app), owner, "https://*.acme.example/cb")
    assert asked.waiting == ["https://*.acme.example/cb"]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ([], ["body"]),
        ({}, ["redirect_uris", "contact"]),
        ({"redirect_uris": FIRST, "contact": {}}, ["redirect_uris", "contact.email"]),
        ({"redirect_uris": [1], "contact": "me"}, ["redirect_uris", "contact"]),
        ({"redirect_uris": [], "contact": {"email": 1}}, ["redirect_uris", "contact.email"]),
        ({"redirect_uris": [FIRST], "contact": {"email": "x"}}, ["contact.email"]),
        (
            {"redirect_uris": [FIRST], "contact": {"email": "a@b.c", "display_name": 1}},
            ["contact.display_name"],
        ),
    ],
)
def test_every_wrong_field_of_a_request_is_named(body, wrong):
    with pytest.raises(Invalid) as refusal:
        verify.parse(body)
    assert [error.field for error in refusal.value.errors] == wrong
