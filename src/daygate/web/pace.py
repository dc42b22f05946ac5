"""How often an application may call: sliding windows here, reconciled with other processes.

50 calls a second and 500 a minute are the public API's figures
(https://docs.cronofy.com/developers/faqs/rate-limits/). No request waits for a database: each
process counts what it lets through and, once a second, tells the others and learns from them. So
all processes together may let through more than the limit by what they admit between two tellings:
at most a second's worth each. A database that does not answer leaves each process to its own count.
"""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping

from daygate.domain.errors import TooMany
from daygate.domain.ids import ApplicationId
from daygate.kit.log import logger
from daygate.store import recent_calls
from daygate.store.engine import DATABASE_FAULTS, Store, Tx
from daygate.store.recent_calls import Calls

RECONCILED_EVERY_S = 1.0
_MINUTE_S = 60.0
_NEWS_S = 5.0
"""How long a word of the others counts: after that, better too many calls than too few."""
_UNKNOWN_WAIT_S = 5
_NONE = Calls(0, 0, 0)
_PROCESS_BYTES = 12

_log = logger(__name__)


class Pace:
    """Counts calls per application; the times of the last minute are kept, no more."""

    def __init__(self, per_s: int, per_min: int, now: Callable[[], float] = time.monotonic) -> None:
        self._per_s = per_s
        self._per_min = per_min
        self._now = now
        self._calls: dict[ApplicationId, deque[float]] = {}
        self._elsewhere: Mapping[ApplicationId, Calls] = {}
        self._learnt_s = now()

    def take(self, application_id: ApplicationId) -> None:
        """Count a call. Raises `TooMany`, and then does not count it."""
        now = self._now()
        calls = self._calls.setdefault(application_id, deque())
        _drop_before(calls, now - _MINUTE_S)
        elsewhere = self._known_elsewhere(application_id, now)
        if len(calls) + elsewhere.of_minute >= self._per_min:
            wait_s = calls[0] + _MINUTE_S - now if calls else _UNKNOWN_WAIT_S
            raise TooMany(max(1, round(wait_s)))
        share = self._share_of_second(elsewhere)
        if len(calls) >= share and calls[-share] > now - 1.0:
            raise TooMany(1)
        calls.append(now)

    def recent(self) -> Mapping[ApplicationId, Calls]:
        """What was let through of late; an application that went quiet is named once more, as 0."""
        now = self._now()
        found = {}
        for application_id, calls in list(self._calls.items()):
            _drop_before(calls, now - _MINUTE_S)
            of_second = sum(1 for called in calls if called > now - 1.0)
            found[application_id] = Calls(of_second, len(calls))
            if not calls:
                del self._calls[application_id]
        return found

    def learn(self, elsewhere: Mapping[ApplicationId, Calls]) -> None:
        """Take in what other processes have let through."""
        self._elsewhere = elsewhere
        self._learnt_s = self._now()

    def _known_elsewhere(self, application_id: ApplicationId, now: float) -> Calls:
        if now - self._learnt_s > _NEWS_S:
            return _NONE
        return self._elsewhere.get(application_id, _NONE)

    def _share_of_second(self, elsewhere: Calls) -> int:
        """What the others leave, but no less than an equal part: nobody is crowded out."""
        equal_part = -(-self._per_s // (1 + elsewhere.processes))
        return max(equal_part, self._per_s - elsewhere.of_second)


async def reconcile(store: Store, pace: Pace) -> None:
    """Tell the other processes, and learn from them, for as long as this one serves."""
    process_id = secrets.token_hex(_PROCESS_BYTES)
    while True:
        await asyncio.sleep(RECONCILED_EVERY_S)
        try:
            await exchange(store, pace, process_id)
        except DATABASE_FAULTS as error:
            _log.warning("rate limits are not shared now", error=type(error).__name__)


async def exchange(store: Store, pace: Pace, process_id: str) -> None:
    """One telling and learning; nothing is said when nobody has called."""
    told = pace.recent()
    if not told:
        return

    async def both(tx: Tx) -> Mapping[ApplicationId, Calls]:
        await recent_calls.tell(tx, process_id, told)
        return await recent_calls.of_others(tx, process_id)

    pace.learn(await store.transact(both))


def _drop_before(calls: deque[float], end: float) -> None:
    while calls and calls[0] <= end:
        calls.popleft()
