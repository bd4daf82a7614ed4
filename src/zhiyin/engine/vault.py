"""Encryption at rest: AES-256-GCM under versioned data keys, and blind indexes for look-up.

One master key wraps the data keys and the index key, which lie in the folder `keys` as `*.wrapped`
(`vault_keys`). Whoever keeps the master key elsewhere keeps everything closed. A random nonce of 96 bits
is safe for 2^32 tokens a data key: rotate once a year, or every four thousand million items.
"""

from __future__ import annotations

import hmac
import os
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhiyin.engine import vault_keys
from zhiyin.engine.vault_keys import VaultClosed
from zhiyin.errors import Conflict, InvalidInput, NotFound

__all__ = ["EMPTY_TOKEN_BYTES", "TokenUnreadable", "Vault", "VaultClosed", "token_version"]

_NONCE_BYTES = 12
_TAG_BYTES = 16
_VERSION = struct.Struct(">H")
_HEADER_BYTES = _VERSION.size + _NONCE_BYTES
EMPTY_TOKEN_BYTES = _HEADER_BYTES + _TAG_BYTES
"""How long a token of nothing is; every other one is longer."""
_MAX_VERSION = 0xFFFF
_INDEX_BYTES = 16
# Within one tick of the file system's clock two changes of the folder have the same time.
_TICK_NS = 50_000_000


class TokenUnreadable(InvalidInput):
    """A token was damaged, belongs to another context, or was written with another installation's key."""


def token_version(token: bytes) -> int:
    """Which data key wrote the token, from 1; 0 for what is too short to be one."""
    return int(_VERSION.unpack_from(token)[0]) if len(token) >= _HEADER_BYTES + _TAG_BYTES else 0


def version_head(version: int) -> bytes:
    """The two bytes that every token of that data key begins with; they sort as the versions do."""
    return _VERSION.pack(version)


@dataclass(slots=True)
class Vault:
    """Encrypts and looks up private data. Safe to share between threads; each process opens its own."""

    _folder: Path
    _master: AESGCM
    _index_key: bytes
    _ciphers: dict[int, AESGCM]
    _seen_ns: int = 0
    _purpose_keys: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def open(cls, keys_dir: Path, *, may_make: bool = True) -> Vault:
        """The vault whose keys lie in `keys_dir`; makes them (mode 0600) where there are none.

        Raises:
            VaultClosed: the master key is gone while wrapped keys are there, a key is damaged, or there
            is none and it may not be made.
        """
        if not may_make and not vault_keys.has_keys(keys_dir):
            raise VaultClosed("The keys are missing, though the lake holds what only they open.")
        keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        master = AESGCM(vault_keys.read_or_make_master(keys_dir))
        index_key = vault_keys.read_or_make_index(keys_dir, master)
        if not vault_keys.data_files(keys_dir):
            vault_keys.add_data_key(keys_dir, master, version=1)
        return cls(keys_dir, master, index_key, vault_keys.load_ciphers(keys_dir, master))

    @property
    def version(self) -> int:
        """Version of the data key that encrypts now, from 1; another process may have added it."""
        return max(self._current())

    @property
    def versions(self) -> list[int]:
        """The data keys that are there, the oldest first."""
        return sorted(self._current())

    def encrypt(self, plaintext: bytes, *, context: bytes) -> bytes:
        """A token of `len(plaintext) + 30` bytes: version, nonce, ciphertext with its tag.

        `context` says what the token is for; it is not stored, and reading needs the same one.
        """
        return self.encrypt_many([plaintext], context=context)[0]

    def encrypt_many(self, plaintexts: Sequence[bytes], *, context: bytes) -> list[bytes]:
        """As `encrypt` for each, in order; some two microseconds an item of 300 bytes."""
        return self.encrypt_each([(plaintext, context) for plaintext in plaintexts])

    def encrypt_each(self, items: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        """As `encrypt_many` for plaintexts with a context of their own each."""
        ciphers = self._current()
        version = max(ciphers)
        header = _VERSION.pack(version)
        encrypt = ciphers[version].encrypt
        pool = os.urandom(_NONCE_BYTES * len(items))
        tokens = []
        for start, (plaintext, context) in zip(range(0, len(pool), _NONCE_BYTES), items, strict=True):
            nonce = pool[start : start + _NONCE_BYTES]
            tokens.append(header + nonce + encrypt(nonce, plaintext, context))
        return tokens

    def decrypt(self, token: bytes, *, context: bytes) -> bytes:
        """What `encrypt` was given, under whichever key version wrote it.

        Raises:
            TokenUnreadable: damaged, cut, another context, or a key that this installation lacks.
        """
        if len(token) < _HEADER_BYTES + _TAG_BYTES:
            raise TokenUnreadable("An encrypted value is too short to be one of ours.")
        cipher = self._cipher_of(_VERSION.unpack_from(token)[0])
        try:
            return cipher.decrypt(token[_VERSION.size : _HEADER_BYTES], token[_HEADER_BYTES:], context)
        except InvalidTag:
            raise TokenUnreadable(
                "An encrypted value does not open: it was damaged, moved, or written with another key.",
                next_step="Check that the folder `keys` belongs to this installation.",
            ) from None

    def blind_index(self, value: str | bytes, *, purpose: str) -> bytes:
        """16 bytes that are equal for equal values of one purpose and tell nothing else without the key."""
        return self.blind_index_many([value], purpose=purpose)[0]

    def blind_index_many(self, values: Sequence[str | bytes], *, purpose: str) -> list[bytes]:
        """As `blind_index` for each, in order; about a microsecond an item."""
        key = self._purpose_keys.get(purpose)
        if key is None:
            key = hmac.digest(self._index_key, purpose.encode(), "sha256")
            self._purpose_keys[purpose] = key
        # Keyed BLAKE2b is a MAC in itself (RFC 7693), at half the cost of HMAC-SHA-256. The key's block is
        # hashed once; each value goes on from a copy.
        keyed = blake2b(digest_size=_INDEX_BYTES, key=key)
        found = []
        for value in values:
            one = keyed.copy()
            one.update(value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value)
            found.append(one.digest())
        return found

    def derive_key(self, purpose: str) -> bytes:
        """32 secret bytes of that purpose, such as the seed of a signing key; no rotation changes them."""
        return hmac.digest(self._index_key, b"derived\0" + purpose.encode(), "sha256")

    def rotate(self) -> int:
        """Adds a data key and returns its version; older tokens still open. The index key stays.

        Raises:
            VaultClosed: all 65,535 versions are used.
        """
        version = max(vault_keys.data_files(self._folder), default=0) + 1
        if version > _MAX_VERSION:
            raise VaultClosed("No further data key fits into a token.")
        vault_keys.add_data_key(self._folder, self._master, version=version)
        self._load()
        return version

    def retire(self, version: int) -> None:
        """Destroys a data key: what it wrote is unreadable for good. The caller knows that nothing is left.

        Raises:
            Conflict: it is the newest, which encrypts now. NotFound: there is no such key.
        """
        if version not in self._load():
            raise NotFound(f"There is no data key of version {version}.")
        if version == max(self._ciphers):
            raise Conflict(
                "The newest data key encrypts what arrives.", next_step="Run `zhiyin keys rotate` before."
            )
        vault_keys.remove_data_key(self._folder, version=version)
        self._load()

    def made_at(self, version: int) -> datetime:
        """When the data key was made, in UTC.

        Raises:
            NotFound: there is no such key.
        """
        path = vault_keys.data_files(self._folder).get(version)
        if path is None:
            raise NotFound(f"There is no data key of version {version}.")
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def _current(self) -> dict[int, AESGCM]:
        """The data keys as the folder has them: a key that another process added is used from then on.

        One stat call, a microsecond. Where the folder is gone, the keys known so far go on.
        """
        try:
            changed_ns = self._folder.stat().st_mtime_ns
        except OSError:
            return self._ciphers
        return self._ciphers if changed_ns == self._seen_ns else self._load()

    def _load(self) -> dict[int, AESGCM]:
        changed_ns = self._folder.stat().st_mtime_ns
        self._ciphers = vault_keys.load_ciphers(self._folder, self._master) or self._ciphers
        self._seen_ns = changed_ns if time.time_ns() - changed_ns > _TICK_NS else 0
        return self._ciphers

    def _cipher_of(self, version: int) -> AESGCM:
        cipher = self._ciphers.get(version)
        if cipher is None:  # another process may have rotated since we looked
            cipher = self._current().get(version)
        if cipher is None:
            raise TokenUnreadable(f"No data key of version {version} is in the folder `keys`.")
        return cipher
