"""Applications belong to whoever made them, and are not there for anybody else."""

import pytest

from daygate.applications import options, register, secrets
from daygate.domain.application import RefreshMode, TokenShape
from daygate.domain.errors import Invalid, NotFound
from daygate.kit.crypto import fingerprint
from daygate.store import applications
from tests.unit.applications.people import application, by, developer


async def test_a_new_application_is_unverified_and_its_secret_opens_it(store):
    made = await application(store, await developer(store), "https://acme.example/cb")
    assert (len(made.application.client_id), len(made.client_secret)) == (32, 43)
    assert (made.application.client_id + made.client_secret).isalnum()
    assert not made.application.verified
    assert made.application.pending_uris == ("https://acme.example/cb",)
    async with store.read() as tx:
        found = await applications.by_secret_hash(tx, fingerprint(made.client_secret))
    assert found == made.application


async def test_somebody_elses_application_is_not_there(store):
    mine, other = await developer(store), await developer(store, "other@example.org")
    made = await application(store, mine)
    async with store.read() as tx:
        assert await register.of_owner(tx, other.user_id) == []
        assert await register.of_owner(tx, mine.user_id) == [made.application]
        for application_id in (made.application.application_id, "app_none"):
            with pytest.raises(NotFound):
                await register.owned(tx, other.user_id, application_id)


async def test_a_closed_application_is_gone_with_its_secrets(store):
    owner = await developer(store)
    made = await application(store, owner, "https://acme.example/cb")
    await store.transact(lambda tx: register.close(tx, made.application, by(owner)))
    async with store.read() as tx:
        assert await applications.by_secret_hash(tx, fingerprint(made.client_secret)) is None
        assert await secrets.live(tx, made.application) == []
        with pytest.raises(NotFound):
            await register.owned(tx, owner.user_id, made.application.application_id)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example", "https://u@a.example"])
async def test_a_home_page_is_a_web_address(store, url):
    owner = await developer(store)
    made = await application(store, owner)
    rename = register.rename
    with pytest.raises(Invalid):
        await store.transact(lambda tx: rename(tx, made.application, "Acme", url, by(owner)))


async def test_an_owner_chooses_how_to_be_answered(store):
    owner = await developer(store)
    made = await application(store, owner)
    chosen = options.parse("flat", "rotating", require_pkce=True, life_s="600")
    await store.transact(lambda tx: options.choose(tx, made.application, chosen, by(owner)))
    async with store.read() as tx:
        found = await register.owned(tx, owner.user_id, made.application.application_id)
    assert (found.token_shape, found.refresh_mode) == (TokenShape.FLAT, RefreshMode.ROTATING)
    assert (found.require_pkce, found.access_token_life_s) == (True, 600)
    assert (found.verified, found.host_wildcards) == (False, False)


def test_every_wrong_option_is_named():
    with pytest.raises(Invalid) as refusal:
        options.parse("round", "never", require_pkce=False, life_s="59")
    wrong = [error.field for error in refusal.value.errors]
    assert wrong == ["token_shape", "refresh_mode", "access_token_life_s"]
