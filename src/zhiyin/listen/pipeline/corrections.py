"""Brings what people corrected into the facts: of a batch before it is stored, of a voice at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from zhiyin.engine import Engine
from zhiyin.listen.facts import FEEDBACK, LEFT_OUT, OPINIONS
from zhiyin.listen.labels import Change, Labels, replay
from zhiyin.listen.models import CorrectedVoice, LabelCorrection
from zhiyin.listen.pipeline.columns import Rows
from zhiyin.listen.pipeline.store import sql_ids
from zhiyin.understand.contract import Opinion, Sentiment

_OPINION_FIELDS = Opinion.__struct_fields__
_BASE = tuple(name for name in OPINIONS.schema.names if name not in (*_OPINION_FIELDS, "is_excluded"))
_SENTIMENT = ("sentiment", "sentiment_score", "sentiment_confidence")
_MAX_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Holding:
    """What a version of a voice was corrected to, beside what the machine said."""

    machine: Labels
    labels: Labels


def correct_rows(rows: Sequence[Rows], *, only_edits: bool = False, remember: bool = True) -> list[Rows]:
    """The rows of `build_facts` with every correction that holds for them.

    Remembers what the machine says now of the versions that are current, unless told not to. With
    `only_edits` only later versions of voices are looked at: nobody can have corrected a voice that is
    not stored yet.
    """
    feedback, opinions, *others = rows
    changes = _find_changes(feedback.table, only_edits=only_edits)
    if not changes:
        return list(rows)
    is_corrected = pc.is_in(feedback.table.column("feedback_id"), pa.array(list(changes), pa.string()))
    holding = _replay_all(feedback.table.filter(is_corrected), opinions.table, changes=changes)
    if remember:
        _remember(feedback.table.filter(is_corrected), holding=holding)
    return [
        _with_sentiments(feedback, is_corrected=is_corrected, holding=holding),
        _with_opinions(opinions, feedback.table.filter(is_corrected), holding=holding),
        *others,
    ]


def apply_waiting(engine: Engine) -> int:
    """Bring corrections into the lake that wait for it; returns for how many voices.

    To be called by whoever has the pipeline's turn, so that no newer version comes between.
    """
    waiting = CorrectedVoice.objects.filter(is_applied=False).order_by("feedback_id")[:_MAX_AT_ONCE]
    return sum(apply_to_lake(engine, voice) for voice in waiting)


def apply_to_lake(engine: Engine, voice: CorrectedVoice) -> bool:
    """Make the facts of this voice say what holds; False where its version is not in the lake yet.

    To be called with the pipeline's turn.
    """
    where = f"{sql_ids([str(voice.feedback_id)])} AND revision = {int(voice.revision)} AND is_current"
    with engine.lake.connect(FEEDBACK.name) as connection:
        row = connection.execute(f"SELECT * FROM feedback WHERE {where}").to_arrow_table()  # noqa: S608
    if not row.num_rows:
        return False
    labels = replay(read_labels(voice), changes_of(voice), text=row.column("text")[0].as_py() or "")
    engine.lake.replace(OPINIONS.name, _opinion_rows(row, [labels.opinions]), where=where)
    _update_sentiment(engine, row, labels.sentiment, where=where)
    # Corrected again meanwhile: then it goes on waiting.
    CorrectedVoice.objects.filter(pk=voice.pk, n_changes=voice.n_changes).update(is_applied=True)
    return True


def read_labels(voice: CorrectedVoice) -> Labels:
    """What the machine said of the voice."""
    return msgspec.convert(voice.machine_labels, Labels)


def changes_of(voice: CorrectedVoice) -> list[Change]:
    """What people changed and nobody has undone, in order."""
    return [
        msgspec.convert(one.change, Change) for one in voice.corrections.filter(undone_at=None).order_by("pk")
    ]


def _find_changes(feedback: pa.Table, *, only_edits: bool) -> dict[str, list[LabelCorrection]]:
    """By id, the corrections of voices in the rows; an empty list where all were undone. Two queries."""
    if only_edits:
        feedback = feedback.filter(pc.greater(feedback.column("revision"), 1))
    if not feedback.num_rows:
        return {}
    ids = feedback.column("feedback_id")
    bounds = pc.min_max(ids).as_py()
    # Ids are ordered by time, so that the corrections between two of them are few.
    among = CorrectedVoice.objects.filter(pk__gte=UUID(bounds["min"]), pk__lte=UUID(bounds["max"]))
    corrected = {str(voice.pk): voice for voice in among.prefetch_related("corrections")}
    present = set(ids.to_pylist()) & set(corrected) if corrected else set()
    return {
        feedback_id: [one for one in corrected[feedback_id].corrections.all() if one.undone_at is None]
        for feedback_id in present
    }


def _replay_all(
    feedback: pa.Table, opinions: pa.Table, *, changes: Mapping[str, list[LabelCorrection]]
) -> dict[tuple[str, int], _Holding]:
    found: dict[tuple[str, int], list[Opinion]] = {}
    ids = pa.array(list(changes), pa.string())
    for row in opinions.filter(pc.is_in(opinions.column("feedback_id"), ids)).to_pylist():
        opinion = Opinion(**{name: row[name] for name in _OPINION_FIELDS})
        found.setdefault((row["feedback_id"], row["revision"]), []).append(opinion)
    columns = ("feedback_id", "revision", "text", *_SENTIMENT)
    holding = {}
    for row in feedback.select(columns).to_pylist():
        version = (row["feedback_id"], row["revision"])
        machine = Labels(opinions=found.get(version, []), sentiment=_sentiment_of(row))
        # What was said of a later version says nothing of an earlier one.
        held = [one.change for one in changes[version[0]] if one.revision <= version[1]]
        labels = replay(machine, msgspec.convert(held, list[Change]), text=row["text"] or "")
        holding[version] = _Holding(machine=machine, labels=labels)
    return holding


def _remember(feedback: pa.Table, *, holding: Mapping[tuple[str, int], _Holding]) -> None:
    current = feedback.filter(feedback.column("is_current"))
    for row in current.select(["feedback_id", "revision"]).to_pylist():
        machine = holding[row["feedback_id"], row["revision"]].machine
        CorrectedVoice.objects.filter(pk=UUID(row["feedback_id"])).update(
            revision=row["revision"], machine_labels=msgspec.to_builtins(machine)
        )


def _sentiment_of(row: Mapping[str, object]) -> Sentiment | None:
    label, score, confidence = (row[name] for name in _SENTIMENT)
    if label is None:
        return None
    return msgspec.convert({"label": label, "score": score, "confidence": confidence}, Sentiment)


def _with_sentiments(
    feedback: Rows, *, is_corrected: pa.ChunkedArray, holding: Mapping[tuple[str, int], _Holding]
) -> Rows:
    rows = feedback.table.filter(is_corrected)
    sentiments = [
        holding[version].labels.sentiment
        for version in zip(
            rows.column("feedback_id").to_pylist(), rows.column("revision").to_pylist(), strict=True
        )
    ]
    table = feedback.table
    for name, values in _sentiment_columns(sentiments).items():
        place = table.schema.get_field_index(name)
        column = pc.replace_with_mask(
            _whole(table.column(name)), _whole(is_corrected), values.cast(table.schema.field(name).type)
        )
        table = table.set_column(place, table.schema.field(name), column)
    return Rows(spec=feedback.spec, table=table, sequences=feedback.sequences)


def _with_opinions(
    opinions: Rows, corrected: pa.Table, *, holding: Mapping[tuple[str, int], _Holding]
) -> Rows:
    versions = list(
        zip(
            corrected.column("feedback_id").to_pylist(), corrected.column("revision").to_pylist(), strict=True
        )
    )
    new = [holding[version].labels.opinions for version in versions]
    untouched = pc.invert(
        pc.is_in(opinions.table.column("feedback_id"), _whole(corrected.column("feedback_id")))
    )
    sequences = [
        number
        for number, some in zip(corrected.column("sequence").to_pylist(), new, strict=True)
        for _ in some
    ]
    return Rows(
        spec=opinions.spec,
        table=pa.concat_tables([opinions.table.filter(untouched), _opinion_rows(corrected, new)]),
        sequences=pa.concat_arrays(
            [_whole(opinions.sequences).filter(_whole(untouched)), pa.array(sequences, pa.int64())]
        ),
    )


def _opinion_rows(feedback: pa.Table, opinions: Sequence[Sequence[Opinion]]) -> pa.Table:
    """Rows of `opinions` for each of the voices."""
    rows = [
        {name: voice[name] for name in _BASE}
        | msgspec.structs.asdict(opinion)
        | {"is_excluded": any(voice[flag] for flag in LEFT_OUT)}
        for voice, some in zip(feedback.select([*_BASE, *LEFT_OUT]).to_pylist(), opinions, strict=True)
        for opinion in some
    ]
    return pa.Table.from_pylist(rows, schema=OPINIONS.schema)


def _update_sentiment(engine: Engine, row: pa.Table, sentiment: Sentiment | None, *, where: str) -> None:
    if _sentiment_of(row.select(_SENTIMENT).to_pylist()[0]) == sentiment:
        return
    values = {name: column[0].as_py() for name, column in _sentiment_columns([sentiment]).items()}
    label = values.pop("sentiment")
    engine.lake.update(
        FEEDBACK.name,
        where=where,
        values={
            # A label is one of four words of ours.
            "sentiment": "NULL" if label is None else f"'{label}'",
            **{
                name: f"CAST({'NULL' if value is None else value} AS FLOAT)" for name, value in values.items()
            },
        },
    )


def _sentiment_columns(sentiments: Sequence[Sentiment | None]) -> dict[str, pa.Array]:
    return {
        "sentiment": pa.array([one and one.label for one in sentiments], pa.string()),
        "sentiment_score": pa.array([one and one.score for one in sentiments], pa.float32()),
        "sentiment_confidence": pa.array([one and one.confidence for one in sentiments], pa.float32()),
    }


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
