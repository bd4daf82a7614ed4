"""The manifest at the end of an archive: what belongs to it and how to know that it is whole."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from zhiyin.errors import InvalidInput

FORMAT = 1
MANIFEST = "manifest.json"
MANIFEST_SUM = "manifest.sha256"
DATABASE = "zhiyin.sqlite3"
DUMP = "database.dump"
INTAKE = "intake.sqlite3"
EVENTS = "events.sqlite3"


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the archive; `path` is relative to the home, with slashes."""

    path: str
    n_bytes: int
    sha256: str


class TableState(msgspec.Struct, frozen=True, kw_only=True):
    """A lake table as the archive holds it."""

    name: str
    version: int
    n_files: int
    n_rows: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All that an archive promises."""

    format: int
    created_at: datetime
    zhiyin_version: str
    database: Literal["sqlite", "dump", "none"]
    n_messages: int
    n_waiting: int
    tables: list[TableState]
    members: list[Member]


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1)


def decode_manifest(payload: bytes) -> Manifest:
    """The manifest in these bytes.

    Raises:
        InvalidInput: it is none, or of a format that this version does not know.
    """
    try:
        manifest = msgspec.json.decode(payload, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInput("The archive is damaged or is no backup: its manifest cannot be read.") from error
    if manifest.format != FORMAT:
        raise InvalidInput(
            f"The archive has format {manifest.format}, this version reads {FORMAT}.",
            next_step=f"Restore it with Zhiyin {manifest.zhiyin_version} and upgrade afterwards.",
        )
    return manifest
