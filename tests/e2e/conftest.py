"""A demo that the tests of one module share."""

from collections.abc import Iterator

import pytest

from tests.servers.demo import Demo, demo


@pytest.fixture(scope="module", name="demo")
def running_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo(tmp_path_factory.mktemp("first-minute") / "demo") as running:
        yield running
