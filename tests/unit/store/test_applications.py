"""An application is read whole, by any of its names, and a secret only while it lives."""

import sqlalchemy as sa

from daygate.domain.ids import new_application_id
from daygate.kit.crypto import fingerprint
from daygate.store import applications
from daygate.store.engine import Store
from daygate.store.schema import redirect_uris, users
from tests.conftest import SettableClock
from tests.unit.oauth.rows import add_secret, application, save


async def test_an_application_comes_with_its_developer_and_its_uris_by_state(store):
    app = await save(store, application(approved_uris=("https://a/1",)), "s" * 43)
    async with store.write() as tx:
        await tx.execute(
            sa.insert(users).values(
                user_id=app.owner_id,
                email="ann@a.example",
                name="Ann",
                password_hash="",
                created_ms=tx.now,
            )
        )
        for state in ("pending", "refused"):
            await tx.execute(
                sa.insert(redirect_uris).values(
                    application_id=app.application_id,
                    uri_hash=fingerprint(state),
                    uri=f"https://a/{state}",
                    state=state,
                    created_ms=tx.now,
                )
            )
    async with store.read() as tx:
        found = await applications.by_client_id(tx, app.client_id)
        assert found is not None
        assert found == await applications.by_id(tx, app.application_id)
        assert found == await applications.by_secret_hash(tx, fingerprint("s" * 43))
        assert await applications.by_id(tx, new_application_id()) is None
        assert await applications.by_client_id(tx, "nobody") is None
        assert await applications.by_secret_hash(tx, fingerprint("x" * 43)) is None
    assert found.developer_name == "Ann"
    assert (found.approved_uris, found.pending_uris) == (("https://a/1",), ("https://a/pending",))


async def test_a_retired_secret_names_nobody(timed_store: Store, clock: SettableClock):
    app = await save(timed_store, application())
    await add_secret(timed_store, app, "s" * 43, retires_ms=clock.ms + 1000)
    async with timed_store.read() as tx:
        assert await applications.by_secret_hash(tx, fingerprint("s" * 43)) is not None
        clock.advance(s=1)
        assert await applications.by_secret_hash(tx, fingerprint("s" * 43)) is None
        known = await applications.stored_client(tx, app.client_id)
    assert known is not None
    assert known.secrets == ()
