"""The installation's key and what is derived from it: encryption at rest, payloads, redaction.

The key file holds one key a line, `<id>:<base64 of 32 bytes>`. The first encrypts, all of them
decrypt: to rotate, put a new line on top. Each purpose gets a key of its own (HKDF, RFC 5869).
"""

import base64
import binascii
import hmac
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kure.errors import Misconfigured

KEY_BYTES = 32
NONCE_BYTES = 12


def ensure_key(path: Path) -> None:
    """Make a key file, readable by its owner only, where there is none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = "1:" + base64.b64encode(os.urandom(KEY_BYTES)).decode() + "\n"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(line)


def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)


@dataclass(frozen=True)
class Cipher:
    """AES-256-GCM for one purpose. A sealed text names its key, so old texts outlive a rotation."""

    keys: tuple[tuple[str, AESGCM], ...]

    def seal(self, plain: bytes, about: bytes = b"") -> bytes:
        """Encrypt; `about` is bound to it, so a text cannot be moved to another row unnoticed."""
        key_id, key = self.keys[0]
        nonce = os.urandom(NONCE_BYTES)
        return key_id.encode() + b":" + nonce + key.encrypt(nonce, plain, about)

    def open(self, sealed: bytes, about: bytes = b"") -> bytes:
        """Decrypt. Misconfigured where the key is missing or the text is not what was sealed."""
        key_id, _, rest = sealed.partition(b":")
        for known, key in self.keys:
            if known == key_id.decode("ascii", "replace"):
                try:
                    return key.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], about)
                except InvalidTag as error:
                    raise Misconfigured(
                        f"A stored text cannot be decrypted with key {known!r}: it was changed, or "
                        "the key file is another installation's. Restore the key file."
                    ) from error
        raise Misconfigured(
            f"A stored text needs key {key_id.decode('ascii', 'replace')!r}, which the "
            "key file no longer holds. Put that line back below the newest one."
        )


@dataclass(frozen=True)
class Keyring:
    """The installation's keys, newest first."""

    secrets: tuple[tuple[str, bytes], ...]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the key file. Misconfigured says which line cannot be used."""
        try:
            lines = path.read_text().splitlines()
        except OSError as error:
            raise Misconfigured(
                f"The installation's key cannot be read from {path}: {error.strerror}. "
                "Restore it, or make one with `kure migrate` on a new installation."
            ) from error
        return cls(tuple(_secret(path, n, line) for n, line in enumerate(lines, 1) if line.strip()))

    def __post_init__(self) -> None:
        if not self.secrets:
            raise Misconfigured("The installation's key file is empty.")

    def cipher(self, purpose: str) -> Cipher:
        return Cipher(tuple((n, AESGCM(_derive(key, purpose))) for n, key in self.secrets))

    def redaction_key(self, cluster: str) -> bytes:
        """The key of a cluster's placeholders: stable over rotations, so taken from the oldest."""
        return _derive(self.secrets[-1][1], f"redaction/{cluster}")


def _secret(path: Path, number: int, line: str) -> tuple[str, bytes]:
    key_id, _, encoded = line.strip().partition(":")
    try:
        secret = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        secret = b""
    if not key_id.isalnum() or len(secret) != KEY_BYTES:
        raise Misconfigured(f"{path}, line {number}: expected `<id>:<base64 of 32 bytes>`.")
    return key_id, secret


def same(given: str, expected: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(given.encode(), expected.encode())
