"""The files of the keys: made once, wrapped by the master key, added and removed by version.

The master key is `master.key` in the folder, unless the environment names one that lies elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhiyin.errors import Unavailable

MASTER = "master.key"
INDEX = "index.wrapped"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_DATA_NAME = re.compile(r"data-(\d{5})\.wrapped")

_WAY_OUT = "Restore the whole folder `keys` from a backup."


class VaultClosed(Unavailable):
    """The keys are missing, damaged, or do not belong together."""

    def __init__(self, message: str, *, next_step: str = _WAY_OUT) -> None:
        super().__init__(message, next_step=next_step, is_retryable=False)


def has_outside_master() -> bool:
    """Whether the environment names a master key, so that none lies in the folder."""
    return bool(os.environ.get("ZHIYIN_MASTER_KEY") or os.environ.get("ZHIYIN_MASTER_KEY_FILE"))


def has_keys(folder: Path) -> bool:
    """Whether the folder holds a whole set of keys."""
    has_master = has_outside_master() or (folder / MASTER).exists()
    return has_master and (folder / INDEX).exists() and bool(data_files(folder))


def data_name(version: int) -> str:
    """File name of a data key."""
    return f"data-{version:05d}.wrapped"


def data_files(folder: Path) -> dict[int, Path]:
    """The data keys of the folder by version; none where there is no folder."""
    if not folder.is_dir():
        return {}
    matches = ((_DATA_NAME.fullmatch(path.name), path) for path in folder.iterdir())
    return {int(match[1]): path for match, path in matches if match}


def load_ciphers(folder: Path, master: AESGCM) -> dict[int, AESGCM]:
    """The data keys, opened.

    Raises:
        VaultClosed: one does not open with this master key.
    """
    return {version: AESGCM(_unwrap(path, master)) for version, path in data_files(folder).items()}


def add_data_key(folder: Path, master: AESGCM, *, version: int) -> None:
    """Make the data key of that version, unless it is there."""
    name = data_name(version)
    _write_once(folder / name, _wrap(name, master))


def remove_data_key(folder: Path, *, version: int) -> None:
    """Destroy the data key: nothing that it wrote can be read any more, here or in a copy of the data."""
    (folder / data_name(version)).unlink(missing_ok=True)
    _sync_folder(folder)


def read_or_make_master(folder: Path) -> bytes:
    """The master key of 32 bytes.

    Raises:
        VaultClosed: it is gone though keys that it wraps are there, or it is none.
    """
    if has_outside_master():
        return _read_outside_master()
    path = folder / MASTER
    if not path.exists():
        # Read before `exists` again: the process that made the wrapped keys made the master first.
        if data_files(folder) and not path.exists():
            raise VaultClosed(
                "The master key is missing, though keys that it wraps are there.",
                next_step="Restore `keys/master.key`, or set ZHIYIN_MASTER_KEY_FILE if it lies elsewhere.",
            )
        _write_once(path, secrets.token_bytes(_KEY_BYTES))
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise VaultClosed(f"The master key has {len(key)} bytes instead of {_KEY_BYTES}.")
    return key


def _read_outside_master() -> bytes:
    text, file = os.environ.get("ZHIYIN_MASTER_KEY", ""), os.environ.get("ZHIYIN_MASTER_KEY_FILE", "")
    if text and file:
        raise _wrong_outside("Both are set.")
    if text:
        return _read_key(text.strip().encode(), name="ZHIYIN_MASTER_KEY")
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        raise _wrong_outside(f"The file cannot be read ({type(error).__name__}).") from None
    is_plain = len(content) == _KEY_BYTES
    return content if is_plain else _read_key(content.strip(), name="ZHIYIN_MASTER_KEY_FILE")


def _read_key(text: bytes, *, name: str) -> bytes:
    """32 bytes written as 64 hexadecimal digits or in Base64."""
    is_hexadecimal = len(text) == 2 * _KEY_BYTES
    try:
        key = bytes.fromhex(text.decode()) if is_hexadecimal else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != _KEY_BYTES:
        raise _wrong_outside(f"{name} holds no key of {_KEY_BYTES} bytes.")
    return key


def _wrong_outside(message: str) -> VaultClosed:
    return VaultClosed(
        f"The master key is to come from the environment. {message}",
        next_step="Set ZHIYIN_MASTER_KEY (64 hexadecimal digits or Base64) or ZHIYIN_MASTER_KEY_FILE.",
    )


def read_or_make_index(folder: Path, master: AESGCM) -> bytes:
    """The key of the blind indexes, which no rotation changes.

    Raises:
        VaultClosed: it is gone though data keys are there, or does not open.
    """
    path = folder / INDEX
    if not path.exists():
        if data_files(folder) and not path.exists():
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
    _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
