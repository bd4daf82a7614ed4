"""Reads tables of people from files, and the configuration that says what their columns are."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pyarrow as pa
import yaml

from zhiyin.customers.matching.link import Source
from zhiyin.customers.matching.recognise import recognise
from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.cells import as_text
from zhiyin.listen.importers.files import open_tables


class Configuration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the user says: the kind of a column by its heading; the threshold, 0 to 1."""

    columns: dict[str, str] = {}
    threshold: float | None = None


def read_configuration(path: Path) -> Configuration:
    """The configuration in a YAML or JSON file.

    Raises InvalidInput where it cannot be read or names what does not exist.
    """
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
        return msgspec.convert(loaded or {}, Configuration)
    except OSError:
        raise InvalidInput("The configuration cannot be opened.", next_step="Check the path.") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise InvalidInput("The configuration is neither YAML nor JSON.") from None
    except msgspec.ValidationError as error:
        raise InvalidInput(f"The configuration cannot be used: {error}.", field="config") from None


def read_source(path: Path, *, configuration: Configuration | None = None) -> Source:
    """The first table of a file (CSV, TSV, XLSX, Parquet …) with its columns recognised.

    Raises InvalidInput where the file cannot be read or holds fewer than two rows.
    """
    table = _read(path)
    if table.num_rows == 0:
        raise InvalidInput("The file holds no rows.", field="file")
    said = configuration.columns if configuration else {}
    known = {name: kind for name, kind in said.items() if name in table.column_names}
    return Source(table=table, columns=recognise(table, said=known))


def check_configuration(configuration: Configuration, sources: list[Source]) -> None:
    """Raises InvalidInput for a column that no file has."""
    names = {name for source in sources for name in source.table.column_names}
    for name in configuration.columns:
        if name not in names:
            raise InvalidInput(
                f"The configuration names a column {name!r} that no file has.", field="columns"
            )


def _read(path: Path) -> pa.Table:
    parts: list[pa.Table] = []
    with open_tables(path) as tables:
        for table in tables:
            for chunk in table.chunks():
                cells = list(zip(*chunk.rows, strict=True)) if chunk.rows else [()] * len(chunk.names)
                parts.append(
                    pa.table(
                        {
                            name: pa.array([as_text(c) or None for c in column], type=pa.string())
                            for name, column in zip(chunk.names, cells, strict=True)
                        }
                    )
                )
            break
    if not parts:
        raise InvalidInput("The file holds no table.", field="file")
    return pa.concat_tables(parts, promote_options="default")
