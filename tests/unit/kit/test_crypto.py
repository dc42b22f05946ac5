"""The key ring: records open only under their key and in their place."""

import base64
import re

import pytest

from daygate.kit.crypto import (
    BadKey,
    KeyRing,
    Undecryptable,
    derived_from,
    fingerprint,
    random_text,
    same,
)

PLACE = "profiles|pro_1|credential|acc_1"


def rotated(old: KeyRing) -> KeyRing:
    return KeyRing(KeyRing.generate().keys + old.keys)


def test_a_record_opens_again_in_its_place():
    ring = KeyRing.generate()
    assert ring.decrypt(ring.encrypt(b"hunter2", PLACE), PLACE) == b"hunter2"
    assert ring.decrypt(ring.encrypt(b"", PLACE), PLACE) == b""


def test_two_records_of_one_value_share_nothing_past_the_header():
    ring = KeyRing.generate()
    one, two = ring.encrypt(b"hunter2", PLACE), ring.encrypt(b"hunter2", PLACE)
    assert one[:5] == two[:5]
    assert one[5:21] != two[5:21]
    assert one[33:] != two[33:]


@pytest.mark.parametrize(
    "place",
    [
        "profiles|pro_2|credential|acc_1",
        "profiles|pro_1|credential|acc_2",
        "profiles|pro_1|other|acc_1",
        "",
    ],
)
def test_k1_a_record_moved_to_another_place_does_not_open(place):
    ring = KeyRing.generate()
    with pytest.raises(Undecryptable):
        ring.decrypt(ring.encrypt(b"hunter2", PLACE), place)


def test_every_flipped_byte_is_noticed():
    ring = KeyRing.generate()
    blob = ring.encrypt(b"hunter2", PLACE)
    for at in range(len(blob)):
        broken = bytearray(blob)
        broken[at] ^= 1
        with pytest.raises(Undecryptable):
            ring.decrypt(bytes(broken), PLACE)


def test_every_truncation_is_noticed():
    ring = KeyRing.generate()
    blob = ring.encrypt(b"hunter2", PLACE)
    for length in range(len(blob)):
        with pytest.raises(Undecryptable):
            ring.decrypt(blob[:length], PLACE)


def test_k2_a_new_key_writes_at_once_and_the_old_one_still_reads():
    old = KeyRing.generate()
    blob = old.encrypt(b"hunter2", PLACE)
    ring = rotated(old)
    assert ring.decrypt(blob, PLACE) == b"hunter2"
    assert ring.needs_rotation(blob)
    assert not old.needs_rotation(blob)

    again = ring.encrypt(ring.decrypt(blob, PLACE), PLACE)
    assert not ring.needs_rotation(again)
    with pytest.raises(Undecryptable, match=f"needs the key {ring.active.id}"):
        old.decrypt(again, PLACE)


def test_k3_a_ring_recognises_only_its_own_check_value():
    ring = KeyRing.generate()
    value = ring.check_value()
    assert ring.recognises(value)
    assert rotated(ring).recognises(value)
    assert not KeyRing.generate().recognises(value)
    assert not ring.recognises(b"")
    assert not ring.recognises(ring.encrypt(b"another value", PLACE))


def test_a_ring_survives_being_written_and_read():
    ring = rotated(KeyRing.generate())
    assert KeyRing.parse(ring.text()) == ring
    assert KeyRing.parse(ring.text().replace(",", " ,\n ")) == ring
    assert ring.ids == tuple(key.id for key in ring.keys)
    assert re.fullmatch("[0-9a-f]{8}", ring.active.id)


def test_padding_is_optional_in_the_setting():
    ring = KeyRing.generate()
    assert KeyRing.parse(ring.text() + "=") == ring


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "0 bytes"),
        (",", "0 bytes"),
        ("!" * 43, "not base64url"),
        ("secret-but-short", "12 bytes"),
        (base64.b64encode(b"\xfb" * 32).decode(), "not base64url"),
        (base64.urlsafe_b64encode(b"k" * 33).decode(), "33 bytes"),
        ("ä" * 43, "not base64url"),
    ],
)
def test_a_bad_setting_is_refused_without_quoting_it(text, reason):
    with pytest.raises(BadKey, match=reason) as caught:
        KeyRing.parse(text)
    assert len(text) < 8 or text[:8] not in str(caught.value)


def test_a_key_given_twice_is_refused():
    text = KeyRing.generate().text()
    with pytest.raises(BadKey, match="twice"):
        KeyRing.parse(f"{text},{text}")


def test_an_empty_ring_and_a_short_raw_key_are_refused():
    with pytest.raises(BadKey, match="at least one"):
        KeyRing(())
    with pytest.raises(BadKey, match="16"):
        KeyRing.of([b"k" * 16])


def test_the_repr_shows_ids_and_no_key():
    ring = KeyRing.generate()
    assert ring.active.id in repr(ring)
    assert ring.text() not in repr(ring)
    assert repr(ring.active.secret)[2:-1] not in repr(ring)


def test_sealed_text_is_url_safe_and_opens_again():
    ring = KeyRing.generate()
    text = ring.seal(b'{"after": 17}', "cursor|acc_1")
    assert re.fullmatch("[A-Za-z0-9_-]+", text)
    assert ring.open_sealed(text, "cursor|acc_1") == b'{"after": 17}'
    with pytest.raises(Undecryptable):
        ring.open_sealed(text, "cursor|acc_2")


@pytest.mark.parametrize("junk", ["", "A", "%00", "ä", "AAAA", "=" * 9, "A" * 200])
def test_a_junk_cursor_is_undecryptable(junk):
    with pytest.raises(Undecryptable):
        KeyRing.generate().open_sealed(junk, "cursor|acc_1")


def test_a_ring_derived_from_a_token_opens_for_its_bearer_alone():
    blob = derived_from("predecessor", "refresh successor").encrypt(b"successor", PLACE)
    assert derived_from("predecessor", "refresh successor").decrypt(blob, PLACE) == b"successor"
    with pytest.raises(Undecryptable):
        derived_from("somebody else", "refresh successor").decrypt(blob, PLACE)
    with pytest.raises(Undecryptable):
        derived_from("predecessor", "another use").decrypt(blob, PLACE)


def test_random_text_keeps_its_length_and_alphabet():
    assert re.fullmatch("[A-Za-z0-9]{32}", random_text(32))
    assert len({random_text(32) for _ in range(1000)}) == 1000


def test_a_fingerprint_is_the_sha_256_of_the_value():
    # FIPS 180-2 appendix B.1
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert fingerprint("abc").hex() == expected
    assert same(fingerprint("abc"), fingerprint("abc"))
    assert not same(fingerprint("abc"), fingerprint("abd"))
