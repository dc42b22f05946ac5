"""A Radicale with a calendar, and a Daygate, shared by the clients of one module."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.dav import DavServer, event
from tests.servers.gateway import Gateway, gateway
from tests.servers.radicale import radicale

TOMORROW = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)


def fill(server: DavServer, count: int, user: str = "alice") -> None:
    """Put `count` hourly events, from tomorrow on, into a calendar of somebody's."""
    server.make_calendar(f"/{user}/work/", "Work")
    for number in range(count):
        moment = TOMORROW + timedelta(hours=number)
        server.put(
            f"/{user}/work/{number}.ics",
            event(f"uid-{number}", f"{moment:%Y%m%dT%H%M%SZ}", f"Meeting {number}"),
            user,
        )


@pytest.fixture(scope="module")
def dav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with gateway(tmp_path_factory.mktemp("gateway")) as started:
        yield started
