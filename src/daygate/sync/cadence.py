"""How long to wait before the next look at a calendar account. Pure."""

import random
from dataclasses import dataclass

_JITTER = 0.1


@dataclass(frozen=True, slots=True)
class Pace:
    """`watched_s` between looks while somebody waits for changes, `quiet_s` otherwise."""

    watched_s: int
    quiet_s: int
    busy_for_s: int = 3600


def next_look_s(pace: Pace, *, watched: bool, since_change_s: float | None) -> float:
    """Seconds until the next look, +-10 % so that accounts do not march in step.

    A calendar that changed within the last hour is looked at as if it were watched, and then ever
    less often, until it is quiet.
    """
    if watched or (since_change_s is not None and since_change_s < pace.busy_for_s):
        plain = float(pace.watched_s)
    elif since_change_s is None:
        plain = float(pace.quiet_s)
    else:
        plain = min(float(pace.quiet_s), pace.watched_s * since_change_s / pace.busy_for_s)
    plain = max(plain, float(pace.watched_s))
    return plain * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - spreads load, no secret
