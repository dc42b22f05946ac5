"""A person has shown a calendar account: try it, then keep its profile and credential."""

from collections.abc import Mapping
from dataclasses import dataclass

from daygate.domain.ids import AccountId, ProfileId, new_account_id, new_profile_id
from daygate.domain.profile import Profile
from daygate.kit.crypto import KeyRing
from daygate.link.kinds import LIST_CALENDARS
from daygate.providers.base import Credential, ProviderSpec
from daygate.store import accounts, grants, profiles
from daygate.store.engine import Tx
from daygate.store.vault import save_credential
from daygate.work.queue import Lane, enqueue, withdraw


@dataclass(frozen=True, slots=True)
class Connected:
    """What connecting led to; `new_profile` is False when the account had it already."""

    account_id: AccountId
    profile_id: ProfileId
    new_profile: bool


class AnotherAccount(Exception):
    """A relink showed a different account at the service than the profile's own."""


async def admit(spec: ProviderSpec, answer: Mapping[str, str]) -> Credential:
    """Try the answer at the service, outside any transaction. Raises `Fault`."""
    return await spec.door.finish(answer)


async def keep(
    tx: Tx,
    ring: KeyRing,
    spec: ProviderSpec,
    credential: Credential,
    account_id: AccountId | None,
    *,
    fresh: bool = False,
) -> Connected:
    """Store the profile in `account_id`, or where it is known already, or in a new account.

    The same account at the service is one profile: connecting it again renews its credential and
    never touches another's. `fresh` asks for a new account whatever is known.
    """
    identity = profiles.identity_hash(spec.name, credential.identity)
    held = () if fresh else await profiles.holders(tx, identity)
    owner = account_id or next((holder for holder, _ in held), None)
    if owner is not None:
        tx.enter(owner)
        # Whoever is erasing this very profile goes first, and then it is a new one.
        await grants.hold(tx, owner)
        held = () if fresh else await profiles.holders(tx, identity)
    known = next((profile for holder, profile in held if holder == owner), None)
    if owner is None:
        owner = new_account_id()
        tx.enter(owner)
        await accounts.create(tx, owner, name=credential.profile_name, email=credential.email)
    if known is None:
        profile_id = new_profile_id()
        await profiles.create(
            tx,
            _new_profile(owner, profile_id, spec, credential),
            identity=identity,
            facts=credential.facts,
        )
    else:
        profile_id = known
        await profiles.relink(tx, owner, profile_id, credential.facts)
        # A run under way has the old password, and a waiting row was told to keep its distance.
        await withdraw(tx, owner, LIST_CALENDARS, profile_id)
    await save_credential(tx, ring, owner, profile_id, credential.secret)
    await enqueue(tx, owner, LIST_CALENDARS, profile_id, Lane.PULL)
    return Connected(owner, profile_id, known is None)


async def relink(
    tx: Tx,
    ring: KeyRing,
    spec: ProviderSpec,
    credential: Credential,
    profile: Profile,
) -> Connected:
    """Bring a disconnected profile back. Raises `AnotherAccount`, and then writes nothing."""
    identity = profiles.identity_hash(spec.name, credential.identity)
    held = await profiles.holders(tx, identity)
    if (profile.account_id, profile.profile_id) not in held:
        raise AnotherAccount(profile.profile_id)
    return await keep(tx, ring, spec, credential, profile.account_id)


def _new_profile(
    account_id: AccountId, profile_id: ProfileId, spec: ProviderSpec, credential: Credential
) -> Profile:
    return Profile(
        account_id=account_id,
        profile_id=profile_id,
        provider_key=spec.key,
        provider_name=spec.name,
        provider_service=spec.service,
        profile_name=credential.profile_name,
        connected=True,
        initial_sync_done=False,
        last_fault="",
        failures=0,
    )
