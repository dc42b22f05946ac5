"""Two processes hold one rate limit between them (R1): 50 a second, 500 a minute."""

import asyncio
import time
from collections import Counter

from .conftest import Pair

PER_S, PER_MIN = 50, 500
OVERSHOOT = 2 * PER_S
"""At most what each process lets through between two words to the other, a second apart."""
FLOOD_S = 16.0


async def _flood(pair: Pair, process: int, token: str, answers: list[tuple[float, int]]) -> None:
    """Call twice as often as the whole limit allows."""
    end = time.monotonic() + FLOOD_S
    while time.monotonic() < end:
        sent_s = time.monotonic()
        status, wait_s = await pair.ask(process, token)
        assert status in (200, 429)
        assert (wait_s is not None) == (status == 429)
        answers.append((sent_s, status))
        await asyncio.sleep(0.01)


async def _now_and_then(pair: Pair, token: str, statuses: Counter[int]) -> None:
    end = time.monotonic() + FLOOD_S
    while time.monotonic() < end:
        for process in (0, 1):
            status, _ = await pair.ask(process, token)
            statuses[status] += 1
        await asyncio.sleep(0.5)


async def test_r1_a_flood_at_two_processes_gets_500_a_minute_and_touches_nobody_else(pair: Pair):
    noisy, _ = await pair.scene()
    quiet, _ = await pair.scene()
    flooding = (await noisy.tokens()).access_token
    calm = (await quiet.tokens()).access_token
    answers: list[tuple[float, int]] = []
    others: Counter[int] = Counter()
    started = time.monotonic()
    await asyncio.gather(
        *(_flood(pair, process, flooding, answers) for process in (0, 1)),
        _now_and_then(pair, calm, others),
    )
    admitted = [sent_s - started for sent_s, status in answers if status == 200]
    assert PER_MIN <= len(admitted) <= PER_MIN + OVERSHOOT
    for second in range(1, int(FLOOD_S)):
        before = sum(1 for sent_s in admitted if sent_s < second)
        assert before <= PER_S * second + OVERSHOOT
    assert max(admitted) < FLOOD_S - 1, "the minute's limit was not reached"
    assert set(others) == {200}
