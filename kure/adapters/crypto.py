"""The installation's key and what is derived from it: encryption at rest, payloads, redaction.

The key file holds one key a line, `<id>:<base64 of 32 bytes>`. The first encrypts, all of them
decrypt. A word before one says what else it is: `next` decrypts already and will encrypt, once all
processes know it; `placeholders` was dropped, and only names secrets that were redacted, as it did
before. Each purpose gets a key of its own (HKDF, RFC 5869). kure.adapters.key_file changes the
file; a process that has read it reads it again when it is another.
"""

import base64
import binascii
import hashlib
import hmac
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kure.errors import Misconfigured

log = logging.getLogger("kure")

KEY_BYTES = 32
NONCE_BYTES = 12
NEXT, PLACEHOLDERS = "next", "placeholders"

Keys: TypeAlias = tuple[tuple[str, AESGCM], ...]


def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)


@dataclass(frozen=True)
class Cipher:
    """AES-256-GCM for one purpose. A sealed text names its key, so old texts outlive a rotation.
    `keys` are those of the key file as it is now, the one that encrypts first."""

    keys: Callable[[], Keys]

    def seal(self, plain: bytes, about: bytes = b"") -> bytes:
        """Encrypt; `about` is bound to it, so a text cannot be moved to another row unnoticed."""
        key_id, key = self.keys()[0]
        nonce = os.urandom(NONCE_BYTES)
        return key_id.encode() + b":" + nonce + key.encrypt(nonce, plain, about)

    def open(self, sealed: bytes, about: bytes = b"") -> bytes:
        """Decrypt. Misconfigured where the key is missing or the text is not what was sealed."""
        key_id, _, rest = sealed.partition(b":")
        for known, key in self.keys():
            if known == key_id.decode("ascii", "replace"):
                try:
                    return key.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], about)
                except (InvalidTag, ValueError) as error:  # ValueError: shorter than a nonce
                    raise Misconfigured(
                        f"A stored text cannot be decrypted with key {known!r}: it was changed, or "
                        "the key file is another installation's. Restore the key file."
                    ) from error
        raise Misconfigured(
            f"A stored text needs key {key_id.decode('ascii', 'replace')!r}, which the "
            "key file no longer holds. Put that line back below the newest one."
        )


def sealed_with(sealed: bytes) -> str:
    """The id of the key under which a text is sealed."""
    return sealed.partition(b":")[0].decode("ascii", "replace")


@dataclass(frozen=True)
class Line:
    """A line of the key file. `use` is '', NEXT or PLACEHOLDERS."""

    use: str
    key_id: str
    secret: bytes

    def __str__(self) -> str:
        encoded = base64.b64encode(self.secret).decode()
        return f"{self.use} {self.key_id}:{encoded}".strip()


@dataclass
class Keyring:
    """The installation's keys, the one that encrypts first, then the others that decrypt. Of one
    that was loaded, what the file holds now."""

    secrets: tuple[tuple[str, bytes], ...]
    oldest: bytes = b""
    coming: frozenset[str] = frozenset()
    _path: Path | None = None
    _mark: tuple[int, ...] = ()
    _derived: dict[str, Keys] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the key file. Misconfigured says which line cannot be used."""
        mark = _mark(path)
        return cls(*_used(read_lines(path)), path, mark)

    def __post_init__(self) -> None:
        if not self.secrets:
            raise Misconfigured("The installation's key file has no key that encrypts.")

    @property
    def writing(self) -> str:
        """The id of the key that encrypts."""
        self._look()
        return self.secrets[0][0]

    @property
    def older(self) -> list[str]:
        """The ids of the keys that encrypted once, and only decrypt now."""
        self._look()
        return [key_id for key_id, _ in self.secrets[1:] if key_id not in self.coming]

    @property
    def known(self) -> list[str]:
        """The ids of all keys that decrypt."""
        self._look()
        return [key_id for key_id, _ in self.secrets]

    def cipher(self, purpose: str) -> Cipher:
        return Cipher(lambda: self._keys(purpose))

    def signing_keys(self, purpose: str) -> tuple[bytes, ...]:
        """Keys for signatures: the first signs, each of them proves."""
        self._look()
        return tuple(_derive(secret, f"signature/{purpose}") for _, secret in self.secrets)

    def fingerprint(self, purpose: str, text: str) -> str:
        """Tells texts apart, the same over rotations; without the key nobody can guess by it what
        the text was."""
        key = _derive(self.oldest or self.secrets[-1][1], f"fingerprint/{purpose}")
        return hmac.digest(key, text.encode(), "sha256").hex()

    def redaction_key(self, cluster: str) -> bytes:
        """The key of a cluster's placeholders: stable over rotations, so taken from the oldest."""
        return _derive(self.oldest or self.secrets[-1][1], f"redaction/{cluster}")

    def _keys(self, purpose: str) -> Keys:
        self._look()
        if purpose not in self._derived:
            self._derived[purpose] = tuple(
                (key_id, AESGCM(_derive(secret, purpose))) for key_id, secret in self.secrets
            )
        return self._derived[purpose]

    def _look(self) -> None:
        """Read the file again where it is another. One that cannot be used changes nothing."""
        if self._path is None or (mark := _mark(self._path)) == self._mark:
            return
        self._mark = mark
        try:
            self.secrets, self.oldest, self.coming = _used(read_lines(self._path))
        except Misconfigured as error:
            log.error("The key file was changed and cannot be used; going on without: %s", error)
            return
        self._derived.clear()
        log.info("The key file was read again: key %s encrypts.", self.secrets[0][0])


def read_lines(path: Path) -> list[Line]:
    """What the key file holds. Misconfigured where it cannot be read, or not be used."""
    try:
        text = path.read_text()
    except OSError as error:
        raise Misconfigured(
            f"The installation's key cannot be read from {path}: {error.strerror}. "
            "Restore it, or make one with `kure migrate` on a new installation."
        ) from error
    lines = [_line(path, n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not any(line.use == "" for line in lines):
        raise Misconfigured(f"{path} has no key that encrypts.")
    return lines


def _used(lines: list[Line]) -> tuple[tuple[tuple[str, bytes], ...], bytes, frozenset[str]]:
    """Those that decrypt, the one that encrypts first; the oldest, for placeholders; which of them
    are next."""
    plain = [line for line in lines if line.use == ""]
    coming = [line for line in lines if line.use == NEXT]
    dropped = [line for line in lines if line.use == PLACEHOLDERS]
    secrets = tuple((line.key_id, line.secret) for line in (*plain, *coming))
    return secrets, (dropped or plain)[-1].secret, frozenset(line.key_id for line in coming)


def _mark(path: Path) -> tuple[int, ...]:
    """Another one where the file is another."""
    try:
        seen = path.stat()
    except OSError:
        return ()
    return seen.st_mtime_ns, seen.st_ino, seen.st_size


def _line(path: Path, number: int, text: str) -> Line:
    use, _, rest = text.strip().rpartition(" ")
    key_id, _, encoded = rest.partition(":")
    try:
        secret = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        secret = b""
    known = use in ("", NEXT, PLACEHOLDERS)
    if not known or not key_id.isalnum() or len(secret) != KEY_BYTES:
        raise Misconfigured(f"{path}, line {number}: expected `<id>:<base64 of 32 bytes>`.")
    return Line(use, key_id, secret)


def same(given: str, expected: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(given.encode(), expected.encode())


def digest(secret: str) -> bytes:
    """What to store of a secret that we made up ourselves: too long to be guessed, so a plain hash
    keeps it. Passwords are for kure.adapters.passwords."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
