"""The voices of a file of reviews, understood on the way, for scoring their units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zhiyin.errors import InvalidInput
from zhiyin.insight.analysis.runs import analyse
from zhiyin.insight.analysis.said import read_said
from zhiyin.insight.unit_scores.repeated import find_repeated
from zhiyin.insight.unit_scores.scale import group_of_aspects
from zhiyin.insight.unit_scores.voices import Voices, said_of_groups, voice_scores, voice_weights
from zhiyin.understand.adapted_files import ModelFile
from zhiyin.understand.copies import N_KEYS
from zhiyin.understand.taxonomy import load_taxonomy

_TIMELESS = 2**62  # behind all that have a time, in the order of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions:
    """How a file is read; columns are recognised by name and contents where none is named.

    `model` is the adapted one to understand by, None for the shipped one.
    """

    taxonomy: str = "hotels_sights"
    model: ModelFile | None = None
    unit_column: str | None = None
    text_column: str | None = None
    n_workers: int = 1


class Reading:
    """The rows of a file as they are understood; iterate it to the end, then ask for `voices`.

    Iterating gives the number of rows of each batch, for a progress bar.
    """

    def __init__(self, path: Path, *, options: FileOptions) -> None:
        self._options = options
        self._groups = group_of_aspects(load_taxonomy(options.taxonomy))
        self._said = read_said(path, text_column=options.text_column, unit_column=options.unit_column)
        self._rows: list[pa.Table] = []
        self._mentions: list[pa.Table] = []
        self._n_rows = 0

    def __iter__(self) -> Iterator[int]:
        options = self._options
        pairs = analyse(
            self._said, taxonomy=options.taxonomy, n_workers=options.n_workers, model=options.model
        )
        for said, understood in pairs:
            self._rows.append(_row_columns(said, understood))
            self._mentions.append(_mention_columns(understood, first_row=self._n_rows))
            self._n_rows += said.num_rows
            yield said.num_rows

    def voices(self) -> Voices:
        """The voices that count.

        Raises:
            InvalidInput: no row tells whose review it is.
        """
        if not self._rows:
            raise InvalidInput("There is nothing to score.", next_step="Give a file with reviews.")
        rows = pa.concat_tables(self._rows)
        if rows.column("unit").null_count == rows.num_rows:
            raise InvalidInput(
                "No column tells whose reviews these are.",
                next_step="Name it, for example --unit-column scenic_id.",
                field="--unit-column",
            )
        return _gather(rows, pa.concat_tables(self._mentions), groups=self._groups)


def _row_columns(said: pa.RecordBatch, understood: pa.RecordBatch) -> pa.Table:
    quality, sentiment = understood.column("quality"), understood.column("sentiment")
    is_unfit = [pc.struct_field(quality, name) for name in ("spam", "solicited", "off_subject")]
    keys = pc.fill_null(pc.struct_field(quality, "near_keys"), []).to_pylist()
    columns = {
        "unit": said.column("unit"),
        "occurred_at": said.column("occurred_at").cast(pa.int64()),
        "text": understood.column("masked_text"),
        "label": pc.struct_field(sentiment, "label"),
        "balance": pc.struct_field(sentiment, "score").cast(pa.float64()),
        "useful": pc.struct_field(quality, "useful").cast(pa.float64()),
        "fingerprint": pc.struct_field(quality, "fingerprint"),
        "is_unfit": pc.or_(pc.or_(is_unfit[0], is_unfit[1]), is_unfit[2]),
    }
    for place in range(N_KEYS):
        columns[f"key_{place}"] = pa.array([one[place] if one else 0 for one in keys], pa.int64())
    return pa.table(columns)


def _mention_columns(understood: pa.RecordBatch, *, first_row: int) -> pa.Table:
    opinions = understood.column("opinions")
    members = pc.list_flatten(opinions)
    return pa.table(
        {
            "row": pc.add(pc.list_parent_indices(opinions).cast(pa.int64()), first_row),
            "aspect": pc.struct_field(members, "aspect"),
            "polarity": pc.struct_field(members, "polarity"),
        }
    )


def _gather(rows: pa.Table, mentions: pa.Table, *, groups: Mapping[str, int]) -> Voices:
    counts = _counts(rows)
    kept = rows.filter(pa.array(counts))
    place_of_row = np.cumsum(counts) - 1
    spoken = mentions.column("row").to_numpy()
    of_kept = mentions.filter(pa.array(counts[spoken]))
    names, unit = _units(kept.column("unit"))
    return Voices(
        units=names,
        unit=unit,
        score=voice_scores(_whole(kept, "label"), _whole(kept, "balance")),
        weight=voice_weights(_whole(kept, "useful")),
        said=said_of_groups(
            place_of_row[of_kept.column("row").to_numpy()],
            aspect=_whole(of_kept, "aspect"),
            polarity=_whole(of_kept, "polarity"),
            groups=groups,
        ),
        n_left_out=rows.num_rows - kept.num_rows,
    )


def _counts(rows: pa.Table) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which rows count: of a unit, with a tone, fit to be judged by, no copy of an earlier one."""
    moments = pc.fill_null(rows.column("occurred_at"), _TIMELESS).to_numpy()
    is_copy = find_repeated(
        order=np.argsort(moments, kind="stable"),
        fingerprint=rows.column("fingerprint").to_numpy(),
        near_keys=[rows.column(f"key_{place}").to_numpy() for place in range(N_KEYS)],
        texts=rows.column("text"),
    )
    says = pc.and_(pc.is_valid(rows.column("label")), pc.is_valid(rows.column("unit"))).to_numpy()
    is_unfit = rows.column("is_unfit").to_numpy()
    counted: np.ndarray[tuple[int], np.dtype[np.bool_]] = says & ~is_unfit & ~is_copy
    return counted


def _units(column: pa.ChunkedArray) -> tuple[list[str], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """The names in order, and the place of each voice's unit among them."""
    names = sorted(set(column.unique().to_pylist()), key=_natural)
    return names, pc.index_in(column, pa.array(names, pa.string())).to_numpy().astype(np.int64)


def _natural(name: str) -> tuple[int, str]:
    return len(name), name  # A9 before A10


def _whole(table: pa.Table, name: str) -> pa.Array:
    column = table.column(name).combine_chunks()
    return column if isinstance(column, pa.Array) else pa.concat_arrays(column.chunks)


def read_all(path: Path, *, options: FileOptions) -> Voices:
    """The voices of the file, read to its end.

    Raises:
        InvalidInput: the file cannot be used, has no such column, or none that tells the unit.
    """
    reading = Reading(path, options=options)
    _exhaust(reading)
    return reading.voices()


def _exhaust(batches: Iterable[int]) -> None:
    for _ in batches:
        pass
