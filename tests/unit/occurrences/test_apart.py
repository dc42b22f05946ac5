"""What runs apart can be stopped, whatever it does."""

import os
import signal
import time

import pytest

from daygate.occurrences.apart import Stopped, apart


def test_the_answer_comes_back() -> None:
    assert apart(60, sorted, "cab") == ["a", "b", "c"]


def test_what_does_not_end_is_killed() -> None:
    begun = time.monotonic()
    with pytest.raises(Stopped):
        apart(0.5, time.sleep, 600)
    assert time.monotonic() - begun < 30


def test_a_process_that_dies_is_no_answer() -> None:
    with pytest.raises(Stopped):
        apart(60, signal.raise_signal, signal.SIGKILL)


def test_it_is_another_process() -> None:
    assert apart(60, os.getpid) != os.getpid()
