"""A tar of plain files under zstd, written and read in one pass with a SHA-256 of each."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

import pyarrow as pa

from zhiyin.engine.backup.manifest import MANIFEST, MANIFEST_SUM, Member
from zhiyin.errors import Conflict, InvalidInput, Unavailable

_CHUNK_BYTES = 1024 * 1024
_DAMAGED = "The archive is damaged or is no backup"


class ArchiveWriter:
    """Adds files to an open archive and remembers what it added."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: list[Member] = []

    def add(self, source: Path, path: str) -> None:
        """Add a file under `path`.

        Raises:
            Unavailable: the file got shorter meanwhile.
        """
        with source.open("rb") as file:
            info = tarfile.TarInfo(path)
            info.size = os.fstat(file.fileno()).st_size
            info.mode = 0o600
            reader = _HashingReader(file)
            try:
                self._tar.addfile(info, reader)
            except OSError as error:
                if os.fstat(file.fileno()).st_size >= info.size:
                    raise
                raise Unavailable(f"The file {path} changed meanwhile.", next_step="Try again.") from error
        self.members.append(Member(path=path, n_bytes=info.size, sha256=reader.digest()))

    def add_manifest(self, payload: bytes) -> None:
        """Add the manifest and its own sum, as the last members."""
        self._add_bytes(MANIFEST, payload)
        self._add_bytes(MANIFEST_SUM, hashlib.sha256(payload).hexdigest().encode())

    def _add_bytes(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        info.mode = 0o600
        self._tar.addfile(info, io.BytesIO(content))


class _HashingReader(io.RawIOBase):
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self._hash.update(chunk)
        return chunk

    def digest(self) -> str:
        return self._hash.hexdigest()


@contextmanager
def create_archive(target: Path) -> Iterator[ArchiveWriter]:
    """An archive that appears at `target`, readable by its owner alone, once all of it is on disk.

    Raises:
        Conflict: there is a file already. Unavailable: the disk is full or cannot be written.
    """
    if target.exists():
        raise Conflict(f"There is a file {target.name} already.", next_step="Give the backup another name.")
    partial = target.with_name(target.name + ".partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with (
                pa.OSFile(str(partial), "wb") as file,
                pa.CompressedOutputStream(file, "zstd") as stream,
                tarfile.open(fileobj=_as_file(stream), mode="w|", format=tarfile.PAX_FORMAT) as tar,
            ):
                yield ArchiveWriter(tar)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.link(partial, target)  # unlike a rename, refuses a file that came meanwhile
    except FileExistsError as error:
        raise Conflict(f"There is a file {target.name} already.") from error
    except OSError as error:
        raise Unavailable(
            f"The backup {target.name} cannot be written: {error.strerror or type(error).__name__}.",
            next_step="See that the target has space and can be written.",
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def unpack(archive: Path, folder: Path) -> tuple[list[Member], bytes]:
    """Unpack into an empty folder; what was unpacked, and the manifest's bytes.

    Nothing but plain files below the folder is ever made, whatever the archive says.

    Raises:
        InvalidInput: the archive is damaged, no backup, or tries to write elsewhere.
    """
    members: list[Member] = []
    own: dict[str, bytes] = {}
    with _reading(archive) as tar:
        for info in tar:
            file = tar.extractfile(info) if info.isreg() else None
            if file is None:
                raise InvalidInput(f"{_DAMAGED}: it holds something that is no plain file.")
            if info.name in (MANIFEST, MANIFEST_SUM):
                own[info.name] = file.read()
            else:
                members.append(_write(file, info.name, folder))
    manifest = own.get(MANIFEST, b"")
    if own.get(MANIFEST_SUM) != hashlib.sha256(manifest).hexdigest().encode():
        raise InvalidInput(f"{_DAMAGED}: its manifest is not whole.", next_step="Take another backup.")
    return members, manifest


@contextmanager
def _reading(archive: Path) -> Iterator[tarfile.TarFile]:
    try:
        with (
            pa.OSFile(str(archive), "rb") as file,
            pa.CompressedInputStream(file, "zstd") as stream,
            tarfile.open(fileobj=_as_file(stream), mode="r|") as tar,
        ):
            yield tar
    except FileNotFoundError as error:
        raise InvalidInput(f"There is no archive {archive.name}.") from error
    except (tarfile.TarError, pa.ArrowException, EOFError) as error:
        raise InvalidInput(f"{_DAMAGED}.", next_step="Take another backup.") from error
    except OSError as error:
        # Arrow tells broken compression as an OSError without a number.
        if error.errno is None:
            raise InvalidInput(f"{_DAMAGED}.", next_step="Take another backup.") from error
        raise Unavailable(f"The archive cannot be unpacked: {error.strerror}.") from error


def _as_file(stream: pa.NativeFile) -> Any:
    # tarfile's stub asks for more than tarfile uses.
    return stream


def _write(source: IO[bytes], name: str, folder: Path) -> Member:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not path.parts:
        raise InvalidInput(f"{_DAMAGED}: a member would lie outside.")
    target = folder.joinpath(*path.parts)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    n_bytes = 0
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise InvalidInput(f"{_DAMAGED}: it holds a member twice.") from error
    with os.fdopen(descriptor, "wb") as file:
        while chunk := source.read(_CHUNK_BYTES):
            digest.update(chunk)
            n_bytes += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Member(path=name, n_bytes=n_bytes, sha256=digest.hexdigest())
