"""How many calendars to make up, and from which seed."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--calendars", type=int, default=1000, help="generated calendars to expand")
    parser.addoption("--calendar-seed", type=int, default=1, help="what they are generated from")
