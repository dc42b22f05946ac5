"""A profile is disconnected by refusals in a row, never by an outage, and success mends it."""

import pytest

from daygate.domain.profile import Profile
from daygate.domain.retry import Again, Pause, RetryPolicy, Wait
from daygate.link import finish, health
from daygate.providers.base import ProviderSpec
from daygate.providers.faults import Fault, NeedsRelink, Throttled, Unreachable
from daygate.store import profiles
from daygate.store.engine import Store
from tests.unit.link.conftest import RING, credential

DEAD = NeedsRelink("wrong_password")
DOWN = Unreachable("unreachable")


class Patient:
    """A profile, read anew before each conversation as the sync engine does."""

    def __init__(self, store: Store, first: Profile) -> None:
        self._store = store
        self._first = first

    async def profile(self) -> Profile:
        async with self._store.read() as tx:
            found = await profiles.get(tx, self._first.account_id, self._first.profile_id)
        assert found is not None
        return found

    async def meets(self, fault: Fault) -> RetryPolicy:
        profile = await self.profile()
        return await self._store.transact(lambda tx: health.note_fault(tx, profile, fault))

    async def recovers(self) -> None:
        profile = await self.profile()
        await self._store.transact(lambda tx: health.note_success(tx, profile))


@pytest.fixture
async def patient(store: Store, spec: ProviderSpec) -> Patient:
    kept = await store.transact(lambda tx: finish.keep(tx, RING, spec, credential(), None))
    async with store.read() as tx:
        found = await profiles.get(tx, kept.account_id, kept.profile_id)
    assert found is not None
    return Patient(store, found)


async def test_the_third_refusal_disconnects_and_the_ones_before_wait_ten_minutes(patient):
    assert [await patient.meets(DEAD) for _ in range(2)] == [Wait(600), Wait(600)]
    assert (await patient.profile()).connected
    assert await patient.meets(DEAD) == Pause()
    profile = await patient.profile()
    assert (profile.connected, profile.failures) == (False, 3)
    assert profile.last_fault == "wrong_password"


async def test_an_outage_between_refusals_begins_the_count_anew(patient):
    for fault in (DEAD, DEAD, DOWN, DEAD, DEAD):
        await patient.meets(fault)
    assert (await patient.profile()).connected


async def test_an_outage_never_disconnects_and_is_never_given_up(patient):
    for _ in range(50):
        policy = await patient.meets(DOWN)
        assert isinstance(policy, Again)
        assert policy.tries > 10_000
    profile = await patient.profile()
    assert (profile.connected, profile.failures, profile.last_fault) == (True, 50, "unreachable")


async def test_a_service_that_asks_for_quiet_gets_that_and_a_little_more(patient):
    policy = await patient.meets(Throttled(100))
    assert isinstance(policy, Wait)
    assert 100 <= policy.delay_s <= 110


async def test_success_mends_what_went_wrong(patient):
    for _ in range(3):
        await patient.meets(DEAD)
    await patient.recovers()
    profile = await patient.profile()
    assert (profile.connected, profile.failures, profile.last_fault) == (True, 0, "")
