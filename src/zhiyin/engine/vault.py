"""Encryption at rest: AES-256-GCM under versioned data keys, and blind indexes for look-up.

One master key (`master.key`) wraps the data keys and the index key, which lie beside it as
`*.wrapped`. Whoever keeps the master key elsewhere keeps everything closed. A random nonce of
96 bits is safe for 2^32 tokens a data key: rotate once a year, or every four thousand million items.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhiyin.errors import InvalidInput, Unavailable

_KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_VERSION = struct.Struct(">H")
_HEADER_BYTES = _VERSION.size + _NONCE_BYTES
_MAX_VERSION = 0xFFFF
_INDEX_BYTES = 16
_MASTER = "master.key"
_INDEX = "index.wrapped"
_DATA_NAME = re.compile(r"data-(\d{5})\.wrapped")


class VaultClosed(Unavailable):
    """The keys are missing, damaged, or do not belong together."""

    def __init__(self, message: str) -> None:
        super().__init__(
            message, next_step="Restore the whole folder `keys` from a backup.", is_retryable=False
        )


class TokenUnreadable(InvalidInput):
    """A token was damaged, belongs to another context, or was written with another installation's key."""


@dataclass(slots=True)
class Vault:
    """Encrypts and looks up private data. Safe to share between threads; each process opens its own."""

    _folder: Path
    _master: AESGCM
    _index_key: bytes
    _ciphers: dict[int, AESGCM]
    _purpose_keys: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def open(cls, keys_dir: Path, *, may_make: bool = True) -> Vault:
        """The vault whose keys lie in `keys_dir`; makes them (mode 0600) where there are none.

        Raises:
            VaultClosed: the master key is gone while wrapped keys are there, a key is damaged, or there
            is none and it may not be made.
        """
        names = (_MASTER, _INDEX, _data_name(1))
        if not may_make and not all((keys_dir / name).exists() for name in names):
            raise VaultClosed("The keys are missing, though the lake holds what only they open.")
        keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        master = AESGCM(_read_or_make_master(keys_dir))
        index_key = _read_or_make_wrapped(keys_dir / _INDEX, master)
        if not _data_files(keys_dir):
            _write_once(keys_dir / _data_name(1), _wrap(_data_name(1), master))
        return cls(keys_dir, master, index_key, _load_ciphers(keys_dir, master))

    @property
    def version(self) -> int:
        """Version of the data key that encrypts now, from 1."""
        return max(self._ciphers)

    def encrypt(self, plaintext: bytes, *, context: bytes) -> bytes:
        """A token of `len(plaintext) + 30` bytes: version, nonce, ciphertext with its tag.

        `context` says what the token is for; it is not stored, and reading needs the same one.
        """
        return self.encrypt_many([plaintext], context=context)[0]

    def encrypt_many(self, plaintexts: Sequence[bytes], *, context: bytes) -> list[bytes]:
        """As `encrypt` for each, in order; some two microseconds an item of 300 bytes."""
        version = self.version
        header = _VERSION.pack(version)
        encrypt = self._ciphers[version].encrypt
        pool = os.urandom(_NONCE_BYTES * len(plaintexts))
        tokens = []
        for start, plaintext in zip(range(0, len(pool), _NONCE_BYTES), plaintexts, strict=True):
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

    def rotate(self) -> int:
        """Adds a data key and returns its version; older tokens still open. The index key stays.

        Raises:
            VaultClosed: all 65,535 versions are used.
        """
        version = max(_data_files(self._folder), default=0) + 1
        if version > _MAX_VERSION:
            raise VaultClosed("No further data key fits into a token.")
        name = _data_name(version)
        _write_once(self._folder / name, _wrap(name, self._master))
        self._ciphers = _load_ciphers(self._folder, self._master)
        return version

    def _cipher_of(self, version: int) -> AESGCM:
        if version not in self._ciphers:  # another process may have rotated since we looked
            self._ciphers = _load_ciphers(self._folder, self._master)
        if version not in self._ciphers:
            raise TokenUnreadable(f"No data key of version {version} is in the folder `keys`.")
        return self._ciphers[version]


def _data_name(version: int) -> str:
    return f"data-{version:05d}.wrapped"


def _data_files(folder: Path) -> dict[int, Path]:
    matches = ((_DATA_NAME.fullmatch(path.name), path) for path in folder.iterdir())
    return {int(match[1]): path for match, path in matches if match}


def _load_ciphers(folder: Path, master: AESGCM) -> dict[int, AESGCM]:
    return {version: AESGCM(_unwrap(path, master)) for version, path in _data_files(folder).items()}


def _read_or_make_master(folder: Path) -> bytes:
    path = folder / _MASTER
    if not path.exists():
        # Read before `exists` again: the process that made the wrapped keys made the master first.
        if _data_files(folder) and not path.exists():
            raise VaultClosed("The master key is missing, though keys that it wraps are there.")
        _write_once(path, secrets.token_bytes(_KEY_BYTES))
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise VaultClosed(f"The master key has {len(key)} bytes instead of {_KEY_BYTES}.")
    return key


def _read_or_make_wrapped(path: Path, master: AESGCM) -> bytes:
    if not path.exists():
        if _data_files(path.parent) and not path.exists():
            raise VaultClosed("The index key is missing, though data keys are there.")
        _write_once(path, _wrap(path.name, master))
    return _unwrap(path, master)


def _wrap(name: str, master: AESGCM) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + master.encrypt(nonce, secrets.token_bytes(_KEY_BYTES), name.encode())


def _unwrap(path: Path, master: AESGCM) -> bytes:
    wrapped = path.read_bytes()
    try:
        return master.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], path.name.encode())
    except (InvalidTag, ValueError):
        raise VaultClosed(f"The key {path.name} does not open with this master key.") from None


def _write_once(path: Path, content: bytes) -> None:
    """Put the file there whole and synced, unless it is there: of two processes the first wins."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
