"""The columns of the contract, built from what the parts of the analyser found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zhiyin.understand.columns import list_column, names, names_or_null, pieces, string_lists
from zhiyin.understand.contract import PRIVATE_KINDS, SIGNALS, UNDERSTANDING_SCHEMA
from zhiyin.understand.copies import N_KEYS
from zhiyin.understand.fields import Named
from zhiyin.understand.opinions import Opinions
from zhiyin.understand.privacy import PrivateSpans
from zhiyin.understand.quality import QualityColumns
from zhiyin.understand.sentiment import LABELS, Sentiments
from zhiyin.understand.signals import Signals
from zhiyin.understand.taxonomy import Taxonomy

Ints = npt.NDArray[np.int64]
_KINDS = {field.name: field.type for field in UNDERSTANDING_SCHEMA}


def private_column(private: PrivateSpans, *, n_texts: int) -> pa.Array:
    """Return the column of the private data."""
    parts = (
        names(private.kind, of=PRIVATE_KINDS),
        pa.array(private.start, type=pa.int32()),
        pa.array(private.end, type=pa.int32()),
    )
    return list_column(private.text_index, n_texts=n_texts, kind=_KINDS["private"], parts=parts)


def sentiment_column(sentiments: Sentiments) -> pa.Array:
    """Return the column of the sentiments, null where there is none."""
    is_none = sentiments.label < 0
    parts = (
        names_or_null(sentiments.label, of=LABELS),
        pa.array(sentiments.score),
        pa.array(sentiments.confidence),
    )
    return pa.StructArray.from_arrays(list(parts), fields=list(_KINDS["sentiment"]), mask=pa.array(is_none))


def opinions_column(opinions: Opinions, *, starts: Ints, taxonomy: Taxonomy, masked: list[str]) -> pa.Array:
    """Return the column of the opinions, their words cut from the masked texts."""
    joined = "\n".join([*masked, ""])
    begin = starts[opinions.text]
    words = pieces(
        joined,
        start=np.concatenate((opinions.term_start, opinions.word_start)),
        end=np.concatenate((opinions.term_end, opinions.word_end)),
    )
    parts = (
        names(opinions.aspect, of=[aspect.id for aspect in taxonomy.aspects]),
        names(opinions.aspect, of=[aspect.zh for aspect in taxonomy.aspects]),
        names(opinions.polarity + 1, of=("negative", "neutral", "positive")),
        words.slice(0, len(opinions)),
        words.slice(len(opinions)),
        pa.array(opinions.start - begin, type=pa.int32()),
        pa.array(opinions.end - begin, type=pa.int32()),
        pa.array(opinions.confidence),
    )
    return list_column(opinions.text, n_texts=len(masked), kind=_KINDS["opinions"], parts=parts)


def graded_column(field: str, table: Named, *, of: Sequence[str], n_texts: int) -> pa.Array:
    """Return the column of one of emotions, intents and needs: `field` of the contract."""
    kind = _KINDS[field]
    value_kind = kind.value_type[1].type
    values = table.value > 0 if pa.types.is_boolean(value_kind) else table.value
    parts = (names(table.name, of=of), pa.array(values, type=value_kind))
    return list_column(table.text, n_texts=n_texts, kind=kind, parts=parts)


def urgency_column(level: npt.NDArray[np.int8], *, reasons: Named, of: Sequence[str]) -> pa.Array:
    """Return the column of the levels and their reasons."""
    listed = string_lists(reasons.text, n_texts=len(level), values=names(reasons.name, of=of))
    return pa.StructArray.from_arrays([pa.array(level), listed], fields=list(_KINDS["urgency"]))


def signals_column(signals: Signals, *, starts: Ints) -> pa.Array:
    """Return the column of the signals."""
    begin = starts[signals.text]
    parts = (
        names(signals.kind, of=SIGNALS),
        pa.array(signals.value, mask=np.isnan(signals.value)),
        pa.array(signals.start - begin, type=pa.int32()),
        pa.array(signals.end - begin, type=pa.int32()),
    )
    return list_column(signals.text, n_texts=len(starts) - 1, kind=_KINDS["signals"], parts=parts)


def quality_column(quality: QualityColumns) -> pa.Array:
    """Return the column of the quality."""
    has_keys = quality.near_keys.any(axis=1)
    offsets = np.concatenate(([0], np.cumsum(has_keys) * N_KEYS)).astype(np.int32)
    parts = (
        pa.array(quality.duplicate_of, mask=quality.duplicate_of < 0),
        pa.array(quality.fingerprint, type=pa.int64()),
        pa.ListArray.from_arrays(pa.array(offsets), pa.array(quality.near_keys[has_keys].ravel())),
        pa.array(quality.spam),
        pa.array(quality.solicited),
        pa.array(quality.off_subject),
        pa.array(quality.useful),
    )
    return pa.StructArray.from_arrays(list(parts), fields=list(_KINDS["quality"]))


def model_column(model: str, *, taxonomy: Taxonomy, n_texts: int) -> pa.Array:
    """Return the column of the versions that gave the result, the same in every row."""
    parts = (pa.array([version] * n_texts, type=pa.string()) for version in (model, taxonomy.label))
    return pa.StructArray.from_arrays(list(parts), fields=list(_KINDS["model"]))
