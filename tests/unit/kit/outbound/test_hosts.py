"""Turns at a host, and the rest it gets after repeated failures."""

import asyncio

import pytest

from daygate.kit.outbound.faults import Garbled, OutboundError, Resting, TimedOut, Unreachable
from daygate.kit.outbound.hosts import HostLimits, Hosts


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def in_a_second() -> float:
    return asyncio.get_running_loop().time() + 1.0


async def visit(hosts: Hosts, fault: OutboundError | None = None, host: str = "a.example") -> None:
    async with hosts.turn(host, 443, in_a_second()):
        if fault is not None:
            raise fault


async def fail(hosts: Hosts, times: int, host: str = "a.example") -> None:
    for _ in range(times):
        with pytest.raises(Unreachable):
            await visit(hosts, Unreachable(host), host)


async def test_g9_a_host_rests_after_five_failures_in_a_row_and_others_do_not():
    clock = Clock()
    hosts = Hosts(HostLimits(failures=5, rest_s=30), clock)
    await fail(hosts, 5)
    with pytest.raises(Resting) as caught:
        await visit(hosts)
    assert caught.value.retry_after_s == 30
    await visit(hosts, host="b.example")


async def test_g9_one_success_forgets_the_failures_before_it():
    hosts = Hosts(HostLimits(failures=5), Clock())
    await fail(hosts, 4)
    await visit(hosts)
    await fail(hosts, 4)
    await visit(hosts)


async def test_an_answer_that_cannot_be_used_is_no_failure_of_the_host():
    hosts = Hosts(HostLimits(failures=2), Clock())
    for _ in range(5):
        with pytest.raises(Garbled):
            await visit(hosts, Garbled("a.example"))
    await visit(hosts)


async def test_g9_after_the_rest_one_request_tries_while_others_wait():
    clock = Clock()
    hosts = Hosts(HostLimits(failures=2, rest_s=30), clock)
    await fail(hosts, 2)
    clock.now_s += 31
    async with hosts.turn("a.example", 443, in_a_second()):
        with pytest.raises(Resting):
            await visit(hosts)
    await visit(hosts)


async def test_g9_a_failed_trial_lets_the_host_rest_again():
    clock = Clock()
    hosts = Hosts(HostLimits(failures=2, rest_s=30), clock)
    await fail(hosts, 2)
    clock.now_s += 31
    await fail(hosts, 1)
    with pytest.raises(Resting):
        await visit(hosts)


async def test_g9_a_host_gets_a_limited_number_of_requests_at_once():
    hosts = Hosts(HostLimits(at_once=3), Clock())
    running = most = 0

    async def one() -> None:
        nonlocal running, most
        async with hosts.turn("a.example", 443, in_a_second()):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.001)
            running -= 1

    await asyncio.gather(*(one() for _ in range(20)))
    assert most == 3


async def test_waiting_past_the_deadline_times_out_and_is_no_failure_of_the_host():
    hosts = Hosts(HostLimits(at_once=1, failures=1), Clock())
    async with hosts.turn("a.example", 443, in_a_second()):
        with pytest.raises(TimedOut):
            async with hosts.turn("a.example", 443, asyncio.get_running_loop().time() + 0.01):
                pass
    await visit(hosts)


async def test_the_memory_of_hosts_is_bounded():
    hosts = Hosts(HostLimits(), Clock())
    for number in range(5000):
        await visit(hosts, host=f"{number}.example")
    assert len(hosts._hosts) == 4096
