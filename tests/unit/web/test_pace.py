"""How often an application may call, in one process and as processes learn from each other (R1)."""

import asyncio
from contextlib import suppress

import pytest

from daygate.domain.errors import TooMany
from daygate.domain.ids import ApplicationId
from daygate.store.engine import open_store
from daygate.store.recent_calls import Calls
from daygate.web.pace import RECONCILED_EVERY_S, Pace, exchange, reconcile

A, B = ApplicationId("app_a"), ApplicationId("app_b")


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def hand():
    return Hand()


def admitted(pace: Pace, application_id: ApplicationId, tries: int) -> int:
    count = 0
    for _ in range(tries):
        try:
            pace.take(application_id)
        except TooMany:
            continue
        count += 1
    return count


def test_a_second_holds_so_many_and_the_next_one_as_many_again(hand):
    pace = Pace(5, 100, hand)
    assert admitted(pace, A, 9) == 5
    hand.s += 1.0
    assert admitted(pace, A, 9) == 5


def test_a_minute_holds_so_many_and_the_answer_says_when_the_next_is_free(hand):
    pace = Pace(5, 7, hand)
    assert admitted(pace, A, 5) == 5
    hand.s += 10.0
    assert admitted(pace, A, 5) == 2
    with pytest.raises(TooMany) as refused:
        pace.take(A)
    assert refused.value.retry_after_s == 50
    hand.s += 50.0
    pace.take(A)


def test_a_flood_of_one_application_leaves_another_alone(hand):
    pace = Pace(5, 7, hand)
    admitted(pace, A, 1000)
    assert admitted(pace, B, 5) == 5


def test_what_others_let_through_counts_in_the_minute(hand):
    pace = Pace(50, 500, hand)
    pace.learn({A: Calls(of_second=0, of_minute=490)})
    assert admitted(pace, A, 50) == 10
    assert admitted(pace, B, 60) == 50


def test_processes_that_are_both_busy_have_an_equal_part_of_the_second(hand):
    pace = Pace(50, 500, hand)
    pace.learn({A: Calls(of_second=50, of_minute=50)})
    assert admitted(pace, A, 60) == 25


def test_a_process_has_what_a_less_busy_one_leaves(hand):
    pace = Pace(50, 500, hand)
    pace.learn({A: Calls(of_second=8, of_minute=50)})
    assert admitted(pace, A, 60) == 42


def test_old_news_of_others_refuses_nobody(hand):
    pace = Pace(50, 500, hand)
    pace.learn({A: Calls(of_second=50, of_minute=500)})
    assert admitted(pace, A, 10) == 0
    hand.s += 5.1
    assert admitted(pace, A, 10) == 10


def test_an_application_that_went_quiet_is_named_once_more_and_forgotten(hand):
    pace = Pace(50, 500, hand)
    admitted(pace, A, 3)
    assert pace.recent() == {A: Calls(3, 3)}
    hand.s += 2.0
    assert pace.recent() == {A: Calls(0, 3)}
    hand.s += 60.0
    assert pace.recent() == {A: Calls(0, 0)}
    assert pace.recent() == {}


async def test_two_processes_learn_of_each_other_through_the_store(store, hand):
    here, there = Pace(50, 500, hand), Pace(50, 500, hand)
    admitted(here, A, 40)
    admitted(there, A, 1)
    await exchange(store, here, "here")
    await exchange(store, there, "there")
    hand.s += 2.0
    assert admitted(there, A, 60) == 25
    await exchange(store, here, "here")
    assert admitted(here, A, 60) == 49


async def test_nothing_is_written_when_nobody_has_called(tmp_path):
    without_tables = open_store(f"sqlite:///{tmp_path / 'empty.db'}")
    await exchange(without_tables, Pace(50, 500), "here")
    await without_tables.close()


async def test_a_database_that_does_not_answer_refuses_nobody(tmp_path):
    without_tables = open_store(f"sqlite:///{tmp_path / 'empty.db'}")
    pace = Pace(50, 500)
    pace.take(A)
    sharing = asyncio.create_task(reconcile(without_tables, pace))
    await asyncio.sleep(RECONCILED_EVERY_S + 0.5)
    assert not sharing.done()
    assert admitted(pace, A, 20) == 20
    sharing.cancel()
    with suppress(asyncio.CancelledError):
        await sharing
    await without_tables.close()
