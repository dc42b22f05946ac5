"""What can be wrong with a calendar object, as one closed tree.

Fault
+-- Unreadable   the whole object is hopeless; nothing of it can be used
+-- BadValue     one value is; whoever reads the component decides what that costs
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why a whole object was given up."""

    NOT_A_CALENDAR = "not_a_calendar"
    TOO_LARGE = "too_large"
    TOO_MANY_LINES = "too_many_lines"


class Fault(Exception):
    """The root; never raised itself."""


class Unreadable(Fault):
    """Nothing of the object can be used."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class BadValue(Fault):
    """One property has a value its type does not allow."""

    def __init__(self, what: str, value: str) -> None:
        super().__init__(f"{what}: {value[:80]!r}")
        self.what = what
        self.value = value
