"""What to do after a fault: four answers, carried by the fault itself and obeyed by `work`.

Pause   stop trying until somebody acts (a person relinks)
Wait    try again after a stated number of seconds
Again   try again with growing, jittered delays
Park    set aside as poison, with the reason shown
"""

import random
from dataclasses import dataclass

_FIRST_S = 5.0
_LONGEST_S = 3600.0
_JITTER = 0.25


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop until somebody acts."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Try again no earlier than `delay_s` from now."""

    delay_s: float


@dataclass(frozen=True, slots=True)
class Again:
    """Try again with exponential delays, at most `tries` times, then park."""

    tries: int = 12


@dataclass(frozen=True, slots=True)
class Park:
    """Set aside; trying again would change nothing."""


RetryPolicy = Pause | Wait | Again | Park


def backoff_s(attempt: int, *, first_s: float = _FIRST_S, longest_s: float = _LONGEST_S) -> float:
    """Seconds before try `attempt + 1`: doubles from `first_s`, at most `longest_s`, +-25 %."""
    plain = min(longest_s, first_s * 2.0 ** min(attempt - 1, 30))
    return plain * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - spreads load, no secret
