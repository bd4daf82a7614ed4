"""Facts of a file that is analysed without a lake: the same columns, in memory, asked by the same queries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from zhiyin.errors import InvalidInput
from zhiyin.listen.facts import FEEDBACK, LEFT_OUT, OPINIONS

# The columns that the board's queries read, no more: a million voices fit a laptop.
_FEEDBACK_COLUMNS = (
    "feedback_id", "is_current", "channel", "unit_id", "occurred_at", "stars", "text", "sentiment",
    "emotions", "intents", "needs", "urgency", "urgency_reasons", "signals", "is_duplicate", "is_spam",
    "is_solicited", "is_off_subject", "day",
)  # fmt: skip
_OPINIONS_COLUMNS = (
    "feedback_id", "is_current", "channel", "unit_id", "occurred_at", "stars", "aspect", "aspect_name",
    "polarity", "term", "opinion", "is_excluded", "day",
)  # fmt: skip
FEEDBACK_SUBSET = pa.schema([FEEDBACK.schema.field(name) for name in _FEEDBACK_COLUMNS])
OPINIONS_SUBSET = pa.schema([OPINIONS.schema.field(name) for name in _OPINIONS_COLUMNS])

_URGENT_LEVEL = 2
_FILE_ZONE = "Asia/Shanghai"  # times without a zone are Beijing's, as everywhere in listening


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingScale:
    """The scale of a file's ratings; they become stars, 1 to 5.

    Raises:
        InvalidInput: `best` and `worst` are the same.
    """

    best: float = 5.0
    worst: float = 1.0

    def __post_init__(self) -> None:
        if self.best == self.worst:
            raise InvalidInput("A rating scale needs two different ends.", field="best")


class FileFacts:
    """Gathers the facts of a file batch by batch.

    `said` batches may have the columns `unit` (code or name), `rating` (number), `occurred_at`
    (timestamp) and `channel`; others are ignored. `understood` is what `Analyser.analyse_batch` gave
    for the same rows. Keeps texts of urgent voices only.
    """

    def __init__(self, *, scale: RatingScale | None = None) -> None:
        self._scale = scale or RatingScale()
        self._unit_ids: dict[str, int] = {}
        self._fingerprints: set[int] = set()
        self._feedback: list[pa.Table] = []
        self._opinions: list[pa.Table] = []
        self._n_rows = 0

    @property
    def unit_names(self) -> dict[int, str]:
        """Name of each unit by the id it has in these facts."""
        return {unit_id: name for name, unit_id in self._unit_ids.items()}

    def add(self, said: pa.RecordBatch, understood: pa.RecordBatch) -> None:
        """Take in the next rows of the file.

        Raises:
            InvalidInput: the batches have different lengths, or a column has an unusable type.
        """
        if said.num_rows != understood.num_rows:
            raise InvalidInput("Rows said and rows understood are not as many.")
        feedback, opinions = facts_from_understanding(
            _with_unit_ids(said, unit_ids=self._unit_ids),
            understood,
            first_row=self._n_rows,
            is_copy=self._mark_copies(understood),
            scale=self._scale,
        )
        self._feedback.append(feedback)
        self._opinions.append(opinions)
        self._n_rows += said.num_rows

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection with the views `feedback` and `opinions`; close it after use."""
        connection = duckdb.connect(":memory:")
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("feedback", pa.concat_tables([FEEDBACK_SUBSET.empty_table(), *self._feedback]))
        connection.register("opinions", pa.concat_tables([OPINIONS_SUBSET.empty_table(), *self._opinions]))
        return connection

    def _mark_copies(self, understood: pa.RecordBatch) -> pa.Array:
        """Whether the same words came in an earlier batch; short texts (fingerprint 0) are never copies."""
        found = pc.struct_field(understood.column("quality"), "fingerprint").to_pylist()
        is_copy = [bool(one) and one in self._fingerprints for one in found]
        self._fingerprints.update(one for one in found if one)
        return pa.array(is_copy, pa.bool_())


def facts_from_understanding(
    said: pa.RecordBatch,
    understood: pa.RecordBatch,
    *,
    first_row: int = 0,
    is_copy: pa.Array | None = None,
    scale: RatingScale | None = None,
) -> tuple[pa.Table, pa.Table]:
    """The `feedback` and `opinions` rows (`FEEDBACK_SUBSET`, `OPINIONS_SUBSET`) of one batch.

    `said` may have `unit_id` (whole number), `rating`, `occurred_at` and `channel`. The number of the
    row in the file, from `first_row`, is its id. A copy within the batch is told by the analyser,
    `is_copy` marks copies of earlier batches.
    """
    feedback = _feedback(said, understood, first_row=first_row, is_copy=is_copy, scale=scale or RatingScale())
    return feedback, _opinions(feedback, understood)


def _feedback(
    said: pa.RecordBatch,
    understood: pa.RecordBatch,
    *,
    first_row: int,
    is_copy: pa.Array | None,
    scale: RatingScale,
) -> pa.Table:
    n = said.num_rows
    quality, urgency = understood.column("quality"), understood.column("urgency")
    is_urgent = pc.greater_equal(pc.struct_field(urgency, "level"), _URGENT_LEVEL)
    is_repeated = pc.is_valid(pc.struct_field(quality, "duplicate_of"))
    moments = _moments(said)
    stars = _stars(_optional(said, name="rating", kind=pa.float64()), scale=scale)
    columns = {
        "feedback_id": pa.array(range(first_row, first_row + n), pa.int64()).cast(pa.string()),
        "is_current": pa.repeat(True, n),
        "channel": _optional(said, name="channel", kind=pa.string()),
        "unit_id": _optional(said, name="unit_id", kind=pa.int64()),
        "occurred_at": moments,
        "stars": stars,
        "text": pc.if_else(is_urgent, understood.column("masked_text"), pa.scalar(None, pa.string())),
        "sentiment": pc.struct_field(understood.column("sentiment"), "label"),
        "urgency": pc.struct_field(urgency, "level"),
        "urgency_reasons": pc.struct_field(urgency, "reasons"),
        "is_duplicate": is_repeated if is_copy is None else pc.or_(is_repeated, is_copy),
        "is_spam": pc.struct_field(quality, "spam"),
        "is_solicited": pc.struct_field(quality, "solicited"),
        "is_off_subject": pc.and_(pc.struct_field(quality, "off_subject"), pc.is_null(stars)),
        "day": moments.cast(pa.date32()),
    }
    columns |= {name: understood.column(name) for name in ("emotions", "intents", "needs", "signals")}
    return _table(columns, schema=FEEDBACK_SUBSET)


def _opinions(feedback: pa.Table, understood: pa.RecordBatch) -> pa.Table:
    lists = understood.column("opinions")
    base = feedback.take(pc.list_parent_indices(lists))
    members = pc.list_flatten(lists)
    left_out = [base.column(name) for name in LEFT_OUT]
    columns = {
        name: base.column(name).combine_chunks()
        for name in ("feedback_id", "is_current", "channel", "unit_id", "occurred_at", "stars", "day")
    }
    columns |= {
        name: pc.struct_field(members, name)
        for name in ("aspect", "aspect_name", "polarity", "term", "opinion")
    }
    columns["is_excluded"] = reduce(pc.or_, left_out).combine_chunks()
    return _table(columns, schema=OPINIONS_SUBSET)


def _table(columns: dict[str, pa.Array], *, schema: pa.Schema) -> pa.Table:
    return pa.table([columns[name].cast(schema.field(name).type) for name in schema.names], schema=schema)


def _with_unit_ids(said: pa.RecordBatch, *, unit_ids: dict[str, int]) -> pa.RecordBatch:
    """The batch with a column `unit_id`; new units get the next number."""
    if "unit" not in said.schema.names:
        return said
    coded = _optional(said, name="unit", kind=pa.string()).dictionary_encode()
    ids = pa.array(
        [unit_ids.setdefault(name, len(unit_ids) + 1) for name in coded.dictionary.to_pylist()], pa.int64()
    )
    return said.append_column("unit_id", ids.take(coded.indices))


def _optional(said: pa.RecordBatch, *, name: str, kind: pa.DataType) -> pa.Array:
    """The column as this type, all empty where the file has none."""
    if name not in said.schema.names:
        return pa.nulls(said.num_rows, kind)
    try:
        return said.column(name).cast(kind)
    except pa.ArrowException as error:
        raise InvalidInput(f"The column {name} does not hold {kind} values.", field=name) from error


def _stars(ratings: pa.Array, *, scale: RatingScale) -> pa.Array:
    """Ratings on a scale of 1 to 5; those outside their scale become empty."""
    share = pc.divide(pc.subtract(ratings, scale.worst), scale.best - scale.worst)
    is_within = pc.and_(pc.greater_equal(share, 0.0), pc.less_equal(share, 1.0))
    stars = pc.add(pc.multiply(share, 4.0), 1.0)
    return pc.if_else(pc.fill_null(is_within, False), stars, pa.scalar(None, pa.float64()))


def _moments(said: pa.RecordBatch) -> pa.Array:
    wanted = FEEDBACK.schema.field("occurred_at").type
    if "occurred_at" not in said.schema.names:
        return pa.nulls(said.num_rows, wanted)
    times = said.column("occurred_at")
    if not pa.types.is_timestamp(times.type):
        raise InvalidInput("The column occurred_at does not hold times.", field="occurred_at")
    if times.type.tz is None:
        times = pc.assume_timezone(times, _FILE_ZONE)
    return times.cast(wanted, safe=False)
