"""What time it is: the database's clock, or a given one where time is simulated."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

Clock = Callable[[], int]
"""Milliseconds since 1970 UTC."""


class DatabaseNow(FunctionElement[int]):
    """Milliseconds since 1970 UTC by the database's own clock, at the moment of the statement."""

    type = BigInteger()
    inherit_cache = True
    name = "daygate_now"


@compiles(DatabaseNow, "sqlite")
def _sqlite(_element: DatabaseNow, _compiler: Any, **_kw: Any) -> str:
    # julianday is a double with a resolution of about 40 us; `unixepoch('subsec')` needs 3.42.
    return "CAST(ROUND((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER)"


@compiles(DatabaseNow, "postgresql")
def _postgresql(_element: DatabaseNow, _compiler: Any, **_kw: Any) -> str:
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"


def now_ms(clock: Clock | None) -> ColumnElement[int]:
    """An expression for "now" to build statements with."""
    if clock is None:
        return DatabaseNow()
    return bindparam("now_ms", callable_=clock, type_=BigInteger, unique=True)
