"""Every fault of a service has words that say what happened and whose move it is."""

from typing import get_args

import pytest

from daygate.link.remedies import remedy_of
from daygate.providers.faults import Reason


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_has_words_of_its_own(reason: str):
    said = remedy_of(reason)
    assert said.what.endswith(".")
    assert said.remedy.endswith(".")
    assert "The last look failed" not in said.what


def test_a_reason_of_another_release_is_quoted():
    assert "solar_flare" in remedy_of("solar_flare").what
