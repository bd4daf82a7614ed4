"""Ids for rows that bring none; why so stands in docs/decisions/0002-row-ids.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from zhiyin.listen.importers.cells import as_text
from zhiyin.listen.importers.tables import Cell, Chunk

_SEPARATOR = "\x1f"
_DIGEST_BYTES = 16
_MARK_CHARACTERS = 24


def row_bytes(row: Sequence[Cell], *, names: Sequence[str] | None = None) -> bytes:
    """What a row says: its cells in order or, with `names`, its filled cells under sorted names."""
    if names is None:
        try:
            return _SEPARATOR.join(row).encode()  # type: ignore[arg-type] # the quick way for rows of text
        except (TypeError, UnicodeEncodeError):
            return _SEPARATOR.join(map(as_text, row)).encode("utf-8", "surrogatepass")
    pairs = sorted((name, as_text(cell)) for name, cell in zip(names, row, strict=True) if cell is not None)
    text = _SEPARATOR.join(f"{name}={value}" for name, value in pairs if value)
    return text.encode("utf-8", "surrogatepass")


def file_mark(names: Sequence[str], rows: Iterable[bytes]) -> bytes:
    """A mark of the file by its beginning: the names and as many first rows as say 24 characters.

    A file that grows at its end or is renamed keeps its mark.
    """
    mark = blake2b("\x1f".join(names).encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES)
    n_characters = 0
    for row in rows:
        mark.update(len(row).to_bytes(8, "big") + row)
        n_characters += len(row.decode("utf-8", "replace"))
        if n_characters >= _MARK_CHARACTERS:
            break
    return mark.digest()


class RowIdMaker:
    """Id = hash of the row (and of the file's mark, if one is given) and its how-many-eth of its kind.

    About 100 bytes of memory a distinct row.
    """

    def __init__(self) -> None:
        self._n_seen: dict[int, int] = {}

    def next_id(self, row: bytes, *, mark: bytes = b"") -> str:
        """The id of the file's next row."""
        digest = blake2b(row, digest_size=_DIGEST_BYTES, key=mark)
        key = int.from_bytes(digest.digest()[:8], "big")
        n_seen = self._n_seen.get(key, 0) + 1
        self._n_seen[key] = n_seen
        return digest.hexdigest() if n_seen == 1 else f"{digest.hexdigest()}-{n_seen}"


def has_conflicts(chunks: Iterable[Chunk], *, column: str) -> bool:
    """Whether one id stands before rows that differ, so that the column holds no ids of voices.

    Reads the whole table; about 100 bytes of memory a row.
    """
    row_of_id: dict[int, int] = {}
    for chunk in chunks:
        if column not in chunk.names:
            continue
        position = chunk.names.index(column)
        for row in chunk.rows:
            said = hash(tuple(row))
            if row_of_id.setdefault(hash(row[position]), said) != said:
                return True
    return False
