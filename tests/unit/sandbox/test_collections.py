"""Collections, their tokens and their history."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daygate.sandbox.collections import Collection, Look, UnknownToken
from tests.unit.sandbox.conftest import event


def collection() -> Collection:
    return Collection("c1", "ada", Look("Work"))


class Reader:
    """Follows a collection page by page and holds what it was told."""

    def __init__(self, kept: Collection, limit: int) -> None:
        self.kept, self.limit = kept, limit
        self.held: dict[str, str] = {}
        self.token = ""

    def read_page(self) -> bool:
        """Take in one page; whether there is more."""
        page = self.kept.changes(self.kept.revision_of(self.token), self.limit)
        for name, member in page.rows:
            self.held.pop(name, None)
            if member is not None:
                self.held[name] = member.etag
        self.token = self.kept.token_at(page.revision)
        return page.truncated


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans())), st.integers(1, 3))
def test_a_reader_that_pages_through_changes_holds_what_is_there(
    edits: list[tuple[str, bool]], limit: int
) -> None:
    kept = collection()
    reader = Reader(kept, limit)
    for name, wanted in edits:
        if wanted:
            kept.put(name, event(name))
        elif name in kept.members:
            kept.remove(name)
        reader.read_page()
    while reader.read_page():
        pass
    assert reader.held == {name: member.etag for name, member in kept.members.items()}


def test_the_same_text_stored_again_has_a_new_etag() -> None:
    kept = collection()
    assert kept.put("a.ics", event("a")).etag != kept.put("a.ics", event("a")).etag


def test_a_text_goes_under_the_name_its_uid_has() -> None:
    kept = collection()
    kept.put("a.ics", event("a"))
    assert kept.name_for(event("a")) == "a.ics"
    assert kept.name_for(event("b")).endswith(".ics")


@pytest.mark.parametrize(
    "token", ["x", "urn:daygate-sandbox:sync:c1:-1", "urn:daygate-sandbox:sync:c2:0"]
)
def test_strange_tokens_are_unknown(token: str) -> None:
    with pytest.raises(UnknownToken):
        collection().revision_of(token)


def test_ctag_and_token_change_with_every_change() -> None:
    kept = collection()
    seen = [(kept.ctag, kept.token)]
    kept.put("a.ics", event("a"))
    seen.append((kept.ctag, kept.token))
    kept.remove("a.ics")
    seen.append((kept.ctag, kept.token))
    assert len({ctag for ctag, _ in seen}) == len({token for _, token in seen}) == 3
