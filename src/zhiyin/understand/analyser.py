"""The analyser: a batch of texts in, everything understood of them out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zhiyin.errors import InvalidInput
from zhiyin.understand.clauses import classify, split_clauses
from zhiyin.understand.columns import list_column, names, names_or_null, pieces, string_lists
from zhiyin.understand.context import build_context
from zhiyin.understand.contract import (
    EMOTIONS,
    INTENTS,
    NEEDS,
    PRIVATE_KINDS,
    SIGNALS,
    UNDERSTANDING_SCHEMA,
    Understanding,
)
from zhiyin.understand.fields import (
    Named,
    asking_texts,
    find_causes,
    find_emotions,
    find_intents,
    find_needs,
    find_urgency,
    owners,
)
from zhiyin.understand.languages import detect_languages
from zhiyin.understand.lexicon import Hits, Kind, compile_lexicon, scan
from zhiyin.understand.lexicon.files import CAUSES, urgency_reasons
from zhiyin.understand.opinions import Opinions, read_opinions, weigh_words
from zhiyin.understand.polarity import PolarityModel, load_polarity
from zhiyin.understand.privacy import PrivateSpans, find_private, mask
from zhiyin.understand.quality import QualityColumns, assess_quality
from zhiyin.understand.sentiment import LABELS, Sentiments, judge
from zhiyin.understand.signals import Signals, find_signals, waited_texts
from zhiyin.understand.taxonomy import Taxonomy, load_taxonomy
from zhiyin.understand.text import fold_batch

Ints = npt.NDArray[np.int64]
_HARM = 2
"""Urgency from which a text that is not positive is a complaint."""
_LANGUAGES = ("zh", "en", "und")
_KINDS = {field.name: field.type for field in UNDERSTANDING_SCHEMA}


class Analyser:
    """Understands texts; made once (about 0.3 s), used for any number of batches, by one thread at a time."""

    def __init__(
        self,
        *,
        taxonomy: Taxonomy | str | Path = "general",
        order_number_patterns: Sequence[str] = (),
        model: PolarityModel | None = None,
    ) -> None:
        """Take a taxonomy, the name of a built-in one or a YAML file, and the house's forms of order numbers.

        `model` is the shipped polarity model unless another one is to be tried.

        Raises:
            InvalidInput: the taxonomy or a pattern is unusable.
        """
        self._taxonomy = taxonomy if isinstance(taxonomy, Taxonomy) else load_taxonomy(taxonomy)
        self._order_number_patterns = tuple(order_number_patterns)
        self._lexicon = compile_lexicon(self._taxonomy)
        self._model = model or load_polarity()
        self._reasons = urgency_reasons()

    def analyse(self, text: str) -> Understanding:
        """Return everything understood of one text. For many texts `analyse_batch` is far quicker."""
        batch = pa.RecordBatch.from_pydict({"text": pa.array([text], type=pa.string())})
        return msgspec.convert(self.analyse_batch(batch).to_pylist()[0], Understanding)

    def analyse_batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return a batch of `UNDERSTANDING_SCHEMA`, row for row; best with 1,000 to 10,000 rows.

        Needs a string column `text`, in which nulls count as empty. Linear in the signs.

        Raises:
            InvalidInput: there is no column `text`, or it holds no strings.
        """
        folded = fold_batch(_texts(batch))
        classes = classify(folded.codes)
        languages = np.array(detect_languages(folded), dtype="U4")
        hits = scan(folded.joined, classes=classes, lexicon=self._lexicon)
        hits = _in_known_languages(hits, languages=languages, starts=folded.starts)
        contrasts = hits.of(Kind.CONTRAST)
        clauses = split_clauses(classes, contrasts=contrasts.start)
        context = build_context(hits, clauses=clauses)
        starts, sums = folded.starts, self._model.prefix_sums(folded.codes)
        words = weigh_words(context.words, context=context, table=self._lexicon.words)
        opinions = read_opinions(
            hits, context=context, table=self._lexicon.words, model=self._model, sums=sums, starts=starts
        )
        sentiments = judge(
            languages=languages,
            starts=starts,
            sums=sums,
            model=self._model,
            words=words,
            opinions=opinions,
            asking=asking_texts(hits, starts=starts),
        )
        signals = find_signals(hits, context=context, starts=starts, joined=folded.joined)
        level, reasons = find_urgency(hits, context=context, starts=starts)
        intents = find_intents(
            hits,
            context=context,
            starts=starts,
            opinions=opinions,
            sentiments=sentiments,
            harmed=np.flatnonzero(level >= _HARM),
        )
        causes = find_causes(hits, starts=starts, taxonomy=self._taxonomy, opinions=opinions, intents=intents)
        needs = find_needs(
            hits,
            context=context,
            starts=starts,
            taxonomy=self._taxonomy,
            opinions=opinions,
            waited=waited_texts(signals),
        )
        emotions = find_emotions(hits, context=context, starts=starts)
        private = find_private(folded, order_number_patterns=self._order_number_patterns)
        masked = mask(folded, private)
        n_texts = len(folded)
        columns = [
            pa.array(languages.astype(object), type=pa.string()),
            pa.array(masked, type=pa.string()),
            _private_column(private, n_texts=n_texts),
            _sentiment_column(sentiments),
            _opinions_column(opinions, starts=starts, taxonomy=self._taxonomy, masked=masked),
            _graded_column("emotions", emotions, of=EMOTIONS, n_texts=n_texts),
            _graded_column("intents", intents, of=INTENTS, n_texts=n_texts),
            names_or_null(causes, of=CAUSES),
            _graded_column("needs", needs, of=NEEDS, n_texts=n_texts),
            _urgency_column(level, reasons=reasons, of=self._reasons),
            _signals_column(signals, starts=starts),
            _quality_column(assess_quality(folded, private=private)),
            self._model_column(n_texts),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=UNDERSTANDING_SCHEMA)

    def _model_column(self, n_texts: int) -> pa.Array:
        versions = (
            pa.array([version] * n_texts, type=pa.string())
            for version in (self._model.version, self._taxonomy.label)
        )
        return pa.StructArray.from_arrays(list(versions), fields=list(_KINDS["model"]))


def _in_known_languages(hits: Hits, *, languages: npt.NDArray[np.str_], starts: Ints) -> Hits:
    """Drop what was found in texts of other languages: Chinese signs mean other things in Japanese."""
    is_known = np.isin(languages, _LANGUAGES)
    if is_known.all():
        return hits
    return hits.take(np.flatnonzero(is_known[owners(hits, starts=starts)]))


def _texts(batch: pa.RecordBatch) -> list[str | None]:
    if "text" not in batch.schema.names:
        raise InvalidInput(
            f"The batch has no column 'text'; it has {', '.join(batch.schema.names) or 'no columns'}.",
            next_step="Name the column with the words 'text'.",
            field="text",
        )
    column = batch.column("text")
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_null(column.type):
        return [None] * len(column)
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        raise InvalidInput(
            f"The column 'text' holds {column.type}, not strings.",
            next_step="Convert the column to strings.",
            field="text",
        )
    texts: list[str | None] = column.to_pylist()
    return texts


def _private_column(private: PrivateSpans, *, n_texts: int) -> pa.Array:
    parts = (
        names(private.kind, of=PRIVATE_KINDS),
        pa.array(private.start, type=pa.int32()),
        pa.array(private.end, type=pa.int32()),
    )
    return list_column(private.text_index, n_texts=n_texts, kind=_KINDS["private"], parts=parts)


def _sentiment_column(sentiments: Sentiments) -> pa.Array:
    is_none = sentiments.label < 0
    parts = (
        names_or_null(sentiments.label, of=LABELS),
        pa.array(sentiments.score),
        pa.array(sentiments.confidence),
    )
    return pa.StructArray.from_arrays(list(parts), fields=list(_KINDS["sentiment"]), mask=pa.array(is_none))


def _opinions_column(opinions: Opinions, *, starts: Ints, taxonomy: Taxonomy, masked: list[str]) -> pa.Array:
    joined = "\n".join([*masked, ""])
    begin = starts[opinions.text]
    parts = (
        names(opinions.aspect, of=[aspect.id for aspect in taxonomy.aspects]),
        names(opinions.aspect, of=[aspect.zh for aspect in taxonomy.aspects]),
        names(opinions.polarity + 1, of=("negative", "neutral", "positive")),
        pieces(joined, start=opinions.term_start, end=opinions.term_end),
        pieces(joined, start=opinions.word_start, end=opinions.word_end),
        pa.array(opinions.start - begin, type=pa.int32()),
        pa.array(opinions.end - begin, type=pa.int32()),
        pa.array(opinions.confidence),
    )
    return list_column(opinions.text, n_texts=len(masked), kind=_KINDS["opinions"], parts=parts)


def _graded_column(field: str, table: Named, *, of: Sequence[str], n_texts: int) -> pa.Array:
    kind = _KINDS[field]
    value_kind = kind.value_type[1].type
    values = table.value > 0 if pa.types.is_boolean(value_kind) else table.value
    parts = (names(table.name, of=of), pa.array(values, type=value_kind))
    return list_column(table.text, n_texts=n_texts, kind=kind, parts=parts)


def _urgency_column(level: npt.NDArray[np.int8], *, reasons: Named, of: Sequence[str]) -> pa.Array:
    listed = string_lists(reasons.text, n_texts=len(level), values=names(reasons.name, of=of))
    return pa.StructArray.from_arrays([pa.array(level), listed], fields=list(_KINDS["urgency"]))


def _signals_column(signals: Signals, *, starts: Ints) -> pa.Array:
    begin = starts[signals.text]
    parts = (
        names(signals.kind, of=SIGNALS),
        pa.array(signals.value, mask=np.isnan(signals.value)),
        pa.array(signals.start - begin, type=pa.int32()),
        pa.array(signals.end - begin, type=pa.int32()),
    )
    return list_column(signals.text, n_texts=len(starts) - 1, kind=_KINDS["signals"], parts=parts)


def _quality_column(quality: QualityColumns) -> pa.Array:
    parts = (
        pa.array(quality.duplicate_of, mask=quality.duplicate_of < 0),
        pa.array(quality.fingerprint, type=pa.int64()),
        pa.array(quality.spam),
        pa.array(quality.solicited),
        pa.array(quality.useful),
    )
    return pa.StructArray.from_arrays(list(parts), fields=list(_KINDS["quality"]))
