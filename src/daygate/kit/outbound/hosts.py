"""What is remembered of each host: how many requests are under way, and whether it should rest."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from daygate.kit.outbound.faults import OutboundError, Resting, TimedOut, Unreachable, Unresolvable

_MOST_REMEMBERED = 4096
# The host's own failures; a refused URL or an oversized answer says nothing about its health.
_FAILURES = (Unreachable, TimedOut, Unresolvable)


@dataclass(frozen=True, slots=True)
class HostLimits:
    """How many requests one host gets at once, and when it is left alone for a while."""

    at_once: int = 8
    failures: int = 5
    rest_s: float = 30.0


@dataclass(slots=True)
class _Host:
    turns: asyncio.Semaphore
    claimed: int = 0
    failures: int = 0
    rests_until_s: float = 0.0


class Hosts:
    """A limit on concurrency and a circuit breaker per host and port."""

    def __init__(self, limits: HostLimits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._hosts: OrderedDict[tuple[str, int], _Host] = OrderedDict()

    @asynccontextmanager
    async def turn(self, host: str, port: int, deadline_s: float) -> AsyncIterator[None]:
        """Wait for a turn at the host, or raise `Resting`; what happens inside is counted.

        The deadline is a time of the running loop. Waiting past it is no failure of the host.
        """
        known = self._remember(host, port)
        known.claimed += 1
        try:
            await _acquire(known.turns, host, deadline_s)
            try:
                self._wake(host, known)
                async with self._counted(known):
                    yield
            finally:
                known.turns.release()
        finally:
            known.claimed -= 1

    @asynccontextmanager
    async def _counted(self, known: _Host) -> AsyncIterator[None]:
        try:
            yield
        except _FAILURES:
            known.failures += 1
            if known.failures >= self._limits.failures:
                known.rests_until_s = self._clock() + self._limits.rest_s
            raise
        except OutboundError:
            known.failures, known.rests_until_s = 0, 0.0
            raise
        else:
            known.failures, known.rests_until_s = 0, 0.0

    def _wake(self, host: str, known: _Host) -> None:
        """Refuse while the host rests; afterwards one request goes first to try it."""
        now_s = self._clock()
        if now_s < known.rests_until_s:
            raise Resting(host, known.rests_until_s - now_s)
        if known.failures >= self._limits.failures:
            known.rests_until_s = now_s + self._limits.rest_s

    def _remember(self, host: str, port: int) -> _Host:
        key = (host, port)
        if key not in self._hosts:
            self._forget_idle()
            self._hosts[key] = _Host(asyncio.Semaphore(self._limits.at_once))
        self._hosts.move_to_end(key)
        return self._hosts[key]

    def _forget_idle(self) -> None:
        if len(self._hosts) < _MOST_REMEMBERED:
            return
        idle = next((key for key, known in self._hosts.items() if not known.claimed), None)
        if idle is not None:
            del self._hosts[idle]


async def _acquire(turns: asyncio.Semaphore, host: str, deadline_s: float) -> None:
    try:
        async with asyncio.timeout_at(deadline_s):
            await turns.acquire()
    except TimeoutError:
        raise TimedOut(host, "no turn came up in time") from None
