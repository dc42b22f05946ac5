"""Deciding that a profile is disconnected: not at the first refusal, and never for good."""

import random

from daygate.domain.profile import Profile
from daygate.domain.retry import Again, Pause, RetryPolicy, Wait
from daygate.providers.faults import Fault, NeedsRelink
from daygate.store import profiles
from daygate.store.engine import Tx

# Services lock people out who knock too often with a dead password, and refuse good ones during
# their own maintenance: refusals ten minutes apart, thrice, before the person is told.
_REFUSALS = 3
_BETWEEN_REFUSALS_S = 600.0
# Added to the wait a service asked for, so that not everybody is back in the same second.
_WAIT_JITTER = 0.1
# Reading never gives up: every other fault mends itself, or the service mends it, without us.
_FOR_EVER = Again(tries=1_000_000)


async def note_fault(tx: Tx, profile: Profile, fault: Fault) -> RetryPolicy:
    """Record a failed conversation and say when the next one may be tried.

    Only refusals in a row count as refusals: an outage before or between them says nothing about
    the password.
    """
    failures = profile.failures + 1 if profile.last_fault == fault.reason else 1
    dead = isinstance(fault, NeedsRelink) and failures >= _REFUSALS
    await profiles.note_health(
        tx,
        profile.account_id,
        profile.profile_id,
        connected=profile.connected and not dead,
        failures=failures,
        last_fault=fault.reason,
    )
    if dead:
        return Pause()
    if isinstance(fault, NeedsRelink):
        return Wait(_BETWEEN_REFUSALS_S)
    if isinstance(fault.retry, Wait):
        spread = random.uniform(1, 1 + _WAIT_JITTER)  # noqa: S311 - spreads load, no secret
        return Wait(fault.retry.delay_s * spread)
    return _FOR_EVER


async def note_success(tx: Tx, profile: Profile) -> None:
    """The service let us in: whatever went wrong before is over."""
    if profile.failures or profile.last_fault or not profile.connected:
        await profiles.note_health(
            tx,
            profile.account_id,
            profile.profile_id,
            connected=True,
            failures=0,
            last_fault="",
        )
