"""The window of time that is materialised, and how it moves."""

from dataclasses import dataclass
from datetime import timedelta

from daygate.domain.moments import DAY_S, MS_PER_S, Window, from_s

# The roll runs daily; the margin keeps a default read inside even a few missed rolls later, and
# whatever the reader's zone makes of "today".
_MARGIN_DAYS = 4


@dataclass(frozen=True, slots=True)
class Reach:
    """How many days the API serves behind and ahead of today."""

    past_days: int
    ahead_days: int

    def served(self, now_ms: int) -> Window:
        """What a read without bounds covers, from and to midnight UTC."""
        return self._around(now_ms, 0)

    def materialised(self, now_ms: int) -> Window:
        """What is kept ready: the served window and a margin."""
        return self._around(now_ms, _MARGIN_DAYS)

    def _around(self, now_ms: int, margin_days: int) -> Window:
        today_s = now_ms // MS_PER_S // DAY_S * DAY_S
        today = from_s(today_s)
        return Window(
            today - timedelta(days=self.past_days + margin_days),
            today + timedelta(days=self.ahead_days + margin_days),
        )
