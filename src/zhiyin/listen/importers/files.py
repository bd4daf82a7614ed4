"""The door to reading: a path becomes tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.limits import size_of
from zhiyin.listen.importers.registry import choose_reader
from zhiyin.listen.importers.tables import OpenFile, ReadOptions, Table


@contextmanager
def open_tables(
    path: Path, *, options: ReadOptions | None = None, name: str = ""
) -> Iterator[Iterator[Table]]:
    """The tables of a file, one after the other; each must be read before the next is asked for.

    `name` is what the file is called where that is not the name under which it lies.

    Raises:
        InvalidInput: no such file, a folder, unreadable, empty, or of no known format.
    """
    if path.is_dir():
        raise InvalidInput("This is a folder.", next_step="Name a file in it, or zip the folder.")
    if path.exists() and not path.is_file():
        raise InvalidInput("This is not a regular file.", next_step="Save the data as a file first.")
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise InvalidInput("There is no such file.", next_step="Check the path.") from None
    except (OSError, ValueError):
        raise InvalidInput("The file cannot be opened.", next_step="Check its permissions.") from None
    with stream:
        file = OpenFile(
            name=name or path.name,
            stream=stream,
            n_bytes=size_of(stream),
            options=options or ReadOptions(),
        )
        yield choose_reader(file).read(file)
