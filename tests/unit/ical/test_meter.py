from collections import deque

import pytest

from daygate.ical.meter import Meter, OverBudget


def test_steps_run_out():
    meter = Meter.start(2, 60_000)
    meter.step(2)
    with pytest.raises(OverBudget):
        meter.step()


def test_time_runs_out():
    meter = Meter.start(10**9, 1)
    with pytest.raises(OverBudget):
        deque(iter(meter.step, "never"), maxlen=0)
