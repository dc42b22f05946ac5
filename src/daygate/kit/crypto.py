"""Secrets at rest: the key ring, records encrypted under it, random values and their fingerprints.

A record is encrypted with AES-256-GCM (NIST SP 800-38D) under a key of its own, derived from a
ring key and a random salt with HKDF-SHA256 (RFC 5869): the 96-bit nonce then never repeats under
one key, however many records a ring key protects. Layout of a record:

    version (1) | ring key id (4) | salt (16) | nonce (12) | ciphertext and tag
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_VERSION = b"\x01"
_ID_BYTES = 4
_SALT_BYTES = 16
_NONCE_BYTES = 12  # NIST SP 800-38D section 5.2.1.1: the one length GCM uses as it is
_TAG_BYTES = 16
_HEADER_BYTES = len(_VERSION) + _ID_BYTES
_SHORTEST_BYTES = _HEADER_BYTES + _SALT_BYTES + _NONCE_BYTES + _TAG_BYTES
_RECORD_INFO = b"daygate record v1"
_CHECK_AAD = "daygate|ring|check"
_CHECK_PLAIN = b"this ring wrote this database"
_ALPHABET = string.ascii_letters + string.digits


class BadKey(ValueError):
    """The setting of ring keys cannot be used; the message says why and never quotes a key."""


class Undecryptable(Exception):
    """No key of this ring opens this record in this place."""


@dataclass(frozen=True, slots=True)
class RingKey:
    """One 256-bit key and the short public name that records carry to find it again."""

    secret: bytes = field(repr=False)
    id: str = field(init=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise BadKey(f"a ring key has {KEY_BYTES} bytes, this one has {len(self.secret)}")
        object.__setattr__(self, "id", hashlib.sha256(self.secret).hexdigest()[: 2 * _ID_BYTES])

    @property
    def text(self) -> str:
        """The key as the setting spells it."""
        return _to_base64url(self.secret)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys in order of age: the first writes, all of them read."""

    keys: tuple[RingKey, ...]

    def __post_init__(self) -> None:
        if not self.keys:
            raise BadKey("a key ring needs at least one key")
        if len({key.id for key in self.keys}) != len(self.keys):
            raise BadKey("the same key stands twice in the ring")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read comma-separated base64url keys of 32 bytes, the active one first."""
        words = [word.strip() for word in text.split(",")]
        return cls(tuple(_parse_key(word, place) for place, word in enumerate(words, 1)))

    @classmethod
    def generate(cls) -> Self:
        """Draw a ring of one new key."""
        return cls((RingKey(secrets.token_bytes(KEY_BYTES)),))

    @classmethod
    def of(cls, keys: Iterable[bytes]) -> Self:
        """Build a ring of raw 32-byte keys, the active one first."""
        return cls(tuple(RingKey(key) for key in keys))

    @property
    def active(self) -> RingKey:
        """The key that new records are written under."""
        return self.keys[0]

    @property
    def ids(self) -> tuple[str, ...]:
        """The public names of the keys, safe to print."""
        return tuple(key.id for key in self.keys)

    def text(self) -> str:
        """Spell the ring as `parse` reads it; for the key file alone."""
        return ",".join(key.text for key in self.keys)

    def encrypt(self, plain: bytes, aad: str) -> bytes:
        """Encrypt under the active key, bound to the place `aad` names."""
        header = _VERSION + bytes.fromhex(self.active.id)
        salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
        cipher = _record_cipher(self.active, salt)
        return header + salt + nonce + cipher.encrypt(nonce, plain, aad.encode())

    def decrypt(self, blob: bytes, aad: str) -> bytes:
        """Give the plain bytes back, or raise `Undecryptable`."""
        key = self._key_of(blob)
        salt_end = _HEADER_BYTES + _SALT_BYTES
        nonce_end = salt_end + _NONCE_BYTES
        cipher = _record_cipher(key, blob[_HEADER_BYTES:salt_end])
        try:
            return cipher.decrypt(blob[salt_end:nonce_end], blob[nonce_end:], aad.encode())
        except InvalidTag:
            raise Undecryptable("the record is damaged or stands in another place") from None

    def needs_rotation(self, blob: bytes) -> bool:
        """Whether the record was written under a key that is no longer the active one."""
        return self._key_of(blob) != self.active

    def check_value(self) -> bytes:
        """Make the value kept beside the data, by which a later start knows its ring again."""
        return self.encrypt(_CHECK_PLAIN, _CHECK_AAD)

    def recognises(self, value: bytes) -> bool:
        """Whether `value` is a check value of this ring; a start with a wrong ring must refuse."""
        try:
            return same(self.decrypt(value, _CHECK_AAD), _CHECK_PLAIN)
        except Undecryptable:
            return False

    def seal(self, payload: bytes, aad: str) -> str:
        """Encrypt into URL-safe text, for opaque values that travel through a client."""
        return _to_base64url(self.encrypt(payload, aad))

    def open_sealed(self, text: str, aad: str) -> bytes:
        """Open what `seal` wrote; junk raises `Undecryptable` as a forgery does."""
        try:
            blob = _from_base64url(text)
        except ValueError:
            raise Undecryptable("not a sealed value") from None
        return self.decrypt(blob, aad)

    def _key_of(self, blob: bytes) -> RingKey:
        if len(blob) < _SHORTEST_BYTES or not blob.startswith(_VERSION):
            raise Undecryptable("not a record of a known version")
        wanted = blob[len(_VERSION) : _HEADER_BYTES].hex()
        for key in self.keys:
            if key.id == wanted:
                return key
        raise Undecryptable(f"the record needs the key {wanted}, which is not in the ring")


def derived_from(secret: str, label: str) -> KeyRing:
    """Make a ring out of a presented random secret, so that only its bearer opens the record.

    `label` keeps uses apart (RFC 5869 section 3.2); the secret must carry 128 random bits or more.
    """
    return KeyRing.of([_hkdf(secret.encode(), salt=None, info=label.encode())])


def random_text(length: int) -> str:
    """Draw `length` characters of [A-Za-z0-9], 5.95 bits each."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def fingerprint(value: str) -> bytes:
    """Give the 32-byte SHA-256 under which a random value of 128 bits or more is stored."""
    return hashlib.sha256(value.encode()).digest()


def same(left: bytes, right: bytes) -> bool:
    """Compare without telling by the time taken where two values part."""
    return hmac.compare_digest(left, right)


def _record_cipher(key: RingKey, salt: bytes) -> AESGCM:
    return AESGCM(_hkdf(key.secret, salt=salt, info=_RECORD_INFO))


def _hkdf(material: bytes, *, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(material)


def _parse_key(word: str, place: int) -> RingKey:
    try:
        raw = _from_base64url(word)
    except ValueError:
        raise BadKey(f"key {place} of the ring is not base64url text") from None
    if len(raw) != KEY_BYTES:
        raise BadKey(f"key {place} of the ring has {len(raw)} bytes instead of {KEY_BYTES}")
    return RingKey(raw)


def _to_base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _from_base64url(text: str) -> bytes:
    """Decode strictly: one spelling per value, so that a cursor cannot be varied (RFC 4648 3.5)."""
    bare = text.rstrip("=")
    try:
        raw = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not base64url") from None
    if _to_base64url(raw) != bare:
        raise ValueError("not canonical base64url")
    return raw
