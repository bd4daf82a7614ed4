"""ZIP archives of tables, and single gzipped files. Names inside an archive are labels, never paths."""

from __future__ import annotations

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import BinaryIO, cast

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.limits import MAX_UNPACKED_BYTES, check_members, size_of, unpack
from zhiyin.listen.importers.readers.sheets import is_workbook
from zhiyin.listen.importers.registry import Reader, choose_reader, register
from zhiyin.listen.importers.tables import BadRow, Chunk, OpenFile, ReadOptions, Table

_PACKED = ("zip", "gz")
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    KeyError,
)


def fits_zip(head: bytes) -> bool:
    """Whether the bytes start a ZIP archive that is not a workbook."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06")) and not is_workbook(head)


def fits_gzip(head: bytes) -> bool:
    """Whether the bytes start a gzip file."""
    return head.startswith(b"\x1f\x8b")


def read_gzip(file: OpenFile) -> Iterator[Table]:
    """The tables of the one file inside.

    Raises:
        InvalidInput: damaged, a bomb, or packed twice.
    """
    n_packed = size_of(file.stream)
    with gzip.GzipFile(fileobj=file.stream) as packed, _damage_told(file.name):
        stream = unpack(cast("BinaryIO", packed), n_packed=n_packed)
    name = file.name.removesuffix(".gz").removesuffix(".GZ")
    with stream:
        yield from _tables(name, stream=stream, options=file.options)


def read_zip(file: OpenFile) -> Iterator[Table]:
    """The tables of every member, in the archive's order; a member that is no table becomes one bad row.

    Raises:
        InvalidInput: damaged, encrypted, a bomb, or with nothing in it.
    """
    n_packed = size_of(file.stream)
    n_left = MAX_UNPACKED_BYTES
    with _damage_told(file.name):
        archive = zipfile.ZipFile(file.stream)
    with archive:
        members = [member for member in archive.infolist() if _is_wanted(member)]
        if not members:
            raise InvalidInput("The archive has no file in it.", next_step="Put the tables into it.")
        check_members(archive, n_packed=n_packed)
        for position, member in enumerate(members):
            name = member.filename.replace("\\", "/").rpartition("/")[2]
            try:
                with _damage_told(name), archive.open(member) as packed:
                    stream = unpack(cast("BinaryIO", packed), n_packed=n_packed, budget=n_left)
                with stream:
                    n_left -= size_of(stream)
                    for table in _tables(name, stream=stream, options=file.options):
                        yield _as_part(table, position=position, n_members=len(members))
            except InvalidInput as error:
                if len(members) == 1:
                    raise
                yield Table(name=name, kind="zip", chunks=partial(_unreadable, name, str(error)))


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    """Not a folder, not what macOS adds, not hidden."""
    parts = member.filename.replace("\\", "/").split("/")
    return parts[-1] not in ("", ".") and "__MACOSX" not in parts and not parts[-1].startswith(".")


def _unreadable(name: str, reason: str) -> Iterator[Chunk]:
    bad = BadRow(table=name, line=0, code="member_unreadable", values=(reason,))
    yield Chunk(names=("",), rows=(), lines=(), bad=(bad,))


def _tables(name: str, *, stream: BinaryIO, options: ReadOptions) -> Iterator[Table]:
    inner = OpenFile(name=name, stream=stream, n_bytes=size_of(stream), options=options)
    reader = choose_reader(inner)
    if reader.name in _PACKED:
        raise InvalidInput("A packed file inside a packed file is not read.", next_step="Unpack it first.")
    yield from reader.read(inner)


def _as_part(table: Table, *, position: int, n_members: int) -> Table:
    """The table, knowing that it is one of several members."""

    def share_read() -> float:
        return (position + (table.share_read() or 0.0)) / n_members

    return replace(table, share_read=share_read)


class _damage_told:  # noqa: N801 – reads like the keyword it stands for
    """Turns whatever a damaged archive raises into one sentence."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, _DAMAGED):
            if "password" in str(error) or "encrypted" in str(error):
                raise InvalidInput(
                    "The archive is protected by a password.", next_step="Save it without one."
                ) from None
            raise InvalidInput(
                "The packed file is damaged or cut short.", next_step="Pack it again."
            ) from None


register(Reader(name="zip", suffixes=("zip",), fits=fits_zip, read=read_zip, priority=50))
register(Reader(name="gz", suffixes=("gz",), fits=fits_gzip, read=read_gzip, priority=50))
