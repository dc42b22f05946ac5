"""How much work a series may cost before it is cut short."""

import time
from dataclasses import dataclass

# The clock is read once in so many steps: a reading is a system call. Nearly all series end before.
_STEPS_PER_READING = 64
_NS_PER_MS = 1_000_000


class OverBudget(Exception):
    """The series used up its steps or its time."""


@dataclass(frozen=True, slots=True)
class Caps:
    """Per series: occurrences in the window, steps, CPU time; then the same for a whole object."""

    occurrences: int = 10_000
    steps: int = 100_000
    cpu_ms: int = 250
    object_occurrences: int = 250_000
    object_cpu_ms: int = 10_000


def cpu_ns() -> int:
    """CPU time of this thread, so that busy neighbours do not cut a series short."""
    return time.thread_time_ns()


@dataclass(slots=True)
class Meter:
    """Counts the steps of one series. Its time runs from its first reading of the clock."""

    steps: int
    cpu_ms: int
    steps_left: int
    _deadline_ns: int | None = None
    _until_reading: int = _STEPS_PER_READING

    @classmethod
    def start(cls, steps: int, cpu_ms: int) -> "Meter":
        """A meter with so much on it."""
        return cls(steps, cpu_ms, steps)

    def refilled(self) -> "Meter":
        """Another meter with what this one had at its start."""
        return Meter.start(self.steps, self.cpu_ms)

    def step(self, cost: int = 1) -> None:
        """Pay for one step, or raise `OverBudget`."""
        self.steps_left -= cost
        if self.steps_left < 0:
            raise OverBudget
        self._until_reading -= 1
        if self._until_reading <= 0:
            self._until_reading = _STEPS_PER_READING
            self._read_clock()

    def _read_clock(self) -> None:
        now_ns = cpu_ns()
        if self._deadline_ns is None:
            self._deadline_ns = now_ns + self.cpu_ms * _NS_PER_MS
        if now_ns > self._deadline_ns:
            raise OverBudget
