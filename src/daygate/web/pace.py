"""How often an application may call: two sliding windows in this process.

50 calls a second and 500 a minute are the public API's figures
(https://docs.cronofy.com/developers/faqs/rate-limits/).
"""

import time
from collections import deque
from collections.abc import Callable

from daygate.domain.errors import TooMany
from daygate.domain.ids import ApplicationId

_MINUTE_S = 60.0


class Pace:
    """Counts calls per application; the times of the last minute are kept, no more."""

    def __init__(self, per_s: int, per_min: int, now: Callable[[], float] = time.monotonic) -> None:
        self._per_s = per_s
        self._per_min = per_min
        self._now = now
        self._calls: dict[ApplicationId, deque[float]] = {}

    def take(self, application_id: ApplicationId) -> None:
        """Count a call. Raises `TooMany`, and then does not count it."""
        now = self._now()
        calls = self._calls.setdefault(application_id, deque())
        while calls and calls[0] <= now - _MINUTE_S:
            calls.popleft()
        if len(calls) >= self._per_min:
            raise TooMany(max(1, round(calls[0] + _MINUTE_S - now)))
        if len(calls) >= self._per_s and calls[-self._per_s] > now - 1.0:
            raise TooMany(1)
        calls.append(now)
