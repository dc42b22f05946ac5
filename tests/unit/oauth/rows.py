"""Rows that the tests of the authorization server start from."""

from dataclasses import dataclass, replace

import sqlalchemy as sa

from daygate.domain.application import Application, Client, RefreshMode, TokenShape
from daygate.domain.errors import Unauthenticated
from daygate.domain.ids import (
    AccountId,
    ProfileId,
    UserId,
    new_account_id,
    new_application_id,
    new_profile_id,
)
from daygate.kit.crypto import fingerprint, random_text
from daygate.oauth import bearer, codes, grants, tokens
from daygate.oauth.codes import Binding, PresentedCode
from daygate.oauth.tokens import Issued
from daygate.store import accounts
from daygate.store.engine import Store, Tx
from daygate.store.grants import Grant
from daygate.store.schema import (
    application_secrets,
    applications,
    audit,
    profiles,
    redirect_uris,
)
from daygate.web.transaction import in_transaction

REDIRECT = "https://a.example/cb"
ISSUER = "https://daygate.example"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636 appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def application(**changes) -> Application:
    """An application that no database knows."""
    plain = Application(
        application_id=new_application_id(),
        client_id=random_text(32),
        owner_id=UserId("usr_1"),
        name="A",
        developer_name="Ann",
        url="",
        verified=True,
        disabled=False,
        token_shape=TokenShape.NESTED,
        refresh_mode=RefreshMode.SAME,
        require_pkce=False,
        access_token_life_s=3600,
        host_wildcards=False,
        approved_uris=(REDIRECT,),
    )
    return replace(plain, **changes)


def client_of(app: Application) -> Client:
    return Client(
        app.application_id,
        app.client_id,
        app.token_shape,
        app.refresh_mode,
        app.access_token_life_s,
    )


async def save(store: Store, app: Application, *secrets: str) -> Application:
    """Write an application with its approved URIs and its secrets."""
    async with store.write() as tx:
        await tx.execute(
            sa.insert(applications).values(
                application_id=app.application_id,
                client_id=app.client_id,
                owner_id=app.owner_id,
                name=app.name,
                verified=app.verified,
                token_shape=app.token_shape,
                refresh_mode=app.refresh_mode,
                require_pkce=app.require_pkce,
                access_token_life_s=app.access_token_life_s,
                host_wildcards=app.host_wildcards,
                created_ms=tx.now,
                disabled_ms=1 if app.disabled else None,
            )
        )
        for uri in app.approved_uris:
            await tx.execute(
                sa.insert(redirect_uris).values(
                    application_id=app.application_id,
                    uri_hash=fingerprint(uri),
                    uri=uri,
                    state="approved",
                    created_ms=tx.now,
                )
            )
    for secret in secrets:
        await add_secret(store, app, secret)
    return app


async def add_secret(
    store: Store, app: Application, secret: str, retires_ms: int | None = None
) -> None:
    """Give an application one more secret."""
    async with store.write() as tx:
        await tx.execute(
            sa.insert(application_secrets).values(
                secret_id=random_text(24),
                application_id=app.application_id,
                secret_hash=fingerprint(secret),
                secret_sealed=b"",
                hint=secret[-4:],
                created_ms=tx.now,
                retires_ms=retires_ms,
            )
        )


async def person(store: Store, profile_count: int = 1) -> tuple[AccountId, list[ProfileId]]:
    """An account with profiles."""
    account_id = new_account_id()
    profile_ids = [new_profile_id() for _ in range(profile_count)]
    async with store.write() as tx:
        await accounts.create(tx, account_id, name="Ursula", email=None)
        for profile_id in profile_ids:
            await tx.execute(
                sa.insert(profiles).values(
                    account_id=account_id,
                    profile_id=profile_id,
                    provider_key="sandbox",
                    provider_name="sandbox",
                    provider_service="sandbox",
                    profile_name="ursula@example.org",
                    identity_hash=fingerprint(profile_id),
                    created_ms=tx.now,
                )
            )
    return account_id, profile_ids


@dataclass(frozen=True)
class Scene:
    """One application, one person, one grant between them."""

    store: Store
    app: Application
    client: Client
    account_id: AccountId
    profile_ids: list[ProfileId]
    grant: Grant

    async def code(
        self, challenge: str | None = None, life_s: int = 60, redirect: str = REDIRECT
    ) -> str:
        binding = Binding(redirect, challenge, self.profile_ids[0])
        async with self.store.write() as tx:
            return await codes.mint(tx, self.grant, binding, life_s)

    async def redeem(
        self, code: str, verifier: str = "", redirect: str = REDIRECT, client: Client | None = None
    ) -> Issued:
        presented = PresentedCode(code, redirect, verifier)
        return await in_transaction(
            self.store, lambda tx: codes.redeem(tx, client or self.client, presented)
        )

    async def tokens(self) -> Issued:
        return await self.redeem(await self.code())

    async def refresh(self, token: str, scope: str = "", client: Client | None = None) -> Issued:
        return await in_transaction(
            self.store, lambda tx: tokens.refresh(tx, client or self.client, token, scope)
        )


async def scene(store: Store, scope: str = "read_events create_event", **changes) -> Scene:
    """Write an application, a person, and a grant of `scope` between them."""
    app = await save(store, application(**changes))
    account_id, profile_ids = await person(store)
    ticked = frozenset(profile_ids)

    async def agree(tx: Tx) -> Grant:
        return await grants.consent(tx, account_id, app.application_id, scope, (ticked, ticked))

    grant = await store.transact(agree)
    return Scene(store, app, client_of(app), account_id, profile_ids, grant)


async def lives(store: Store, token: str) -> bool:
    """Whether an access token opens anything."""
    async with store.read() as tx:
        try:
            await bearer.subject_of(tx, token)
        except Unauthenticated:
            return False
    return True


async def acts(store: Store) -> list[str]:
    """What the audit log says was done."""
    async with store.read() as tx:
        return [row.act for row in await tx.all(sa.select(audit.c.act))]
