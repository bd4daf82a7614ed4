"""The analyser: a batch of texts in, everything understood of them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from zhiyin.errors import InvalidInput
from zhiyin.understand.answer import (
    graded_column,
    model_column,
    opinions_column,
    private_column,
    quality_column,
    sentiment_column,
    signals_column,
    urgency_column,
)
from zhiyin.understand.badges import find_badges
from zhiyin.understand.causes import find_causes
from zhiyin.understand.columns import names_or_null
from zhiyin.understand.context import Context
from zhiyin.understand.contract import EMOTIONS, INTENTS, NEEDS, UNDERSTANDING_SCHEMA, Understanding
from zhiyin.understand.fields import (
    find_emotions,
    find_needs,
    find_urgency,
    owners,
)
from zhiyin.understand.intents import Told, find_intents
from zhiyin.understand.label import model_label
from zhiyin.understand.languages import detect_languages
from zhiyin.understand.lexicon import Hits, Kind, compile_lexicon
from zhiyin.understand.lexicon.files import CAUSES, urgency_reasons
from zhiyin.understand.memory import keep_freed_memory
from zhiyin.understand.opinions import Opinions
from zhiyin.understand.polarity import PolarityModel, load_polarity
from zhiyin.understand.privacy import compile_patterns, find_private, mask, staff_names
from zhiyin.understand.quality import assess_quality
from zhiyin.understand.readable import Readable, make_readable
from zhiyin.understand.reading import read_batch
from zhiyin.understand.sentiment import NONE, Sentiments, settle
from zhiyin.understand.signals import Signals, find_signals, waited_texts
from zhiyin.understand.taxonomy import Taxonomy, load_taxonomy
from zhiyin.understand.text import fold_batch
from zhiyin.understand.widening import bind_cues

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What one pass over a batch found; offsets and `starts` are those of the readable batch."""

    readable: Readable
    hits: Hits
    context: Context
    starts: Ints
    opinions: Opinions
    sentiments: Sentiments
    signals: Signals


class Analyser:
    """Understands texts; made once (about 0.3 s), used for any number of batches, by one thread at a time."""

    def __init__(
        self,
        *,
        taxonomy: Taxonomy | str | Path = "general",
        private_patterns: Sequence[str] = (),
        model: PolarityModel | None = None,
    ) -> None:
        """Take a taxonomy, the name of a built-in one or a YAML file, and the house's own forms of numbers.

        `private_patterns` are masks of what is private here, as order or member numbers: `#` stands for a
        digit, `@` for a letter, `?` for either, any other sign for itself (`XZ##########`).

        `model` is the shipped polarity model unless another one is to be tried.

        Raises:
            InvalidInput: the taxonomy or a pattern is unusable.
        """
        keep_freed_memory()
        self._taxonomy = taxonomy if isinstance(taxonomy, Taxonomy) else load_taxonomy(taxonomy)
        self._private_patterns = compile_patterns(private_patterns)
        self._private_masks = tuple(private_patterns)
        self._lexicon = compile_lexicon(self._taxonomy)
        self._cues = bind_cues(self._taxonomy)
        self._model = model or load_polarity()
        self._reasons = urgency_reasons()

    def __reduce__(self) -> tuple[Callable[..., Analyser], tuple[object, ...]]:
        """Travel to another process by what it was made of; the automaton is built anew there."""
        return _remake, (self._taxonomy, self._private_masks, self._model)

    def analyse(self, text: str) -> Understanding:
        """Return everything understood of one text. For many texts `analyse_batch` is far quicker."""
        # Arrow holds no lone surrogates: they are what fold_batch makes of them.
        whole = fold_batch([text]).texts[0] if not text.isascii() else text
        batch = pa.RecordBatch.from_pydict({"text": pa.array([whole], type=pa.string())})
        return msgspec.convert(self.analyse_batch(batch).to_pylist()[0], Understanding)

    def analyse_batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return a batch of `UNDERSTANDING_SCHEMA`, row for row; best with 1,000 to 10,000 rows.

        Needs a string column `text`, in which nulls count as empty. Linear in the signs.

        Raises:
            InvalidInput: there is no column `text`, or it holds no strings.
        """
        folded = fold_batch(_texts(batch))
        languages = np.array(detect_languages(folded), dtype="U4")
        private = find_private(folded, patterns=self._private_patterns)
        readable = make_readable(folded, private=private)
        reading = self._read(readable, languages=languages, staff=staff_names(folded, private))
        untold = np.flatnonzero(~self._tells(reading) & (languages == "zh"))
        judging = _judging(reading)
        quality = assess_quality(folded, private=private, judging=judging, untold=untold)
        # Fillers and forum talk judge nothing: 啊啊啊啊啊啊 is not even neutral.
        reading.sentiments.label[quality.off_subject & ~judging] = NONE
        masked = mask(folded, private)
        columns = [
            pa.array(languages.astype(object), type=pa.string()),
            pa.array(masked, type=pa.string()),
            private_column(private, n_texts=len(folded)),
            *self._judgements(reading, masked=masked),
            quality_column(quality),
            model_column(model_label(self._model.version), taxonomy=self._taxonomy, n_texts=len(folded)),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=UNDERSTANDING_SCHEMA)

    def _read(self, readable: Readable, *, languages: npt.NDArray[np.str_], staff: Ints) -> _Reading:
        """Scan the texts once, and read opinions, sentiment and signals off the hits."""
        folded = readable.batch
        found = read_batch(
            folded, languages=languages, lexicon=self._lexicon, model=self._model, cues=self._cues
        )
        hits, context, starts = found.hits, found.context, folded.starts
        named = np.concatenate((readable.locate(staff), find_badges(folded.codes, joined=folded.joined)))
        signals = find_signals(hits, context=context, starts=starts, joined=folded.joined, staff=named)
        return _Reading(
            readable=readable,
            hits=hits,
            context=context,
            starts=starts,
            opinions=found.judged.opinions,
            sentiments=settle(found.texts),
            signals=signals,
        )

    def _tells(self, reading: _Reading) -> npt.NDArray[np.bool_]:
        """Tell which texts judge an aspect, not the whole alone, or hold a signal, a need or a lack."""
        opinions, n_texts = reading.opinions, len(reading.starts) - 1
        is_rest = self._lexicon.words.is_rest[opinions.aspect]
        tells = np.zeros(n_texts, dtype=bool)
        tells[opinions.text[(opinions.polarity != 0) & ~is_rest]] = True
        tells[reading.signals.text] = True
        hits = reading.hits
        is_lack = (hits.kind == Kind.NEED) | ((hits.kind == Kind.CAUSE) & (hits.value > 1))
        tells[owners(hits.take(np.flatnonzero(is_lack)), starts=reading.starts)] = True
        return tells

    def _judgements(self, reading: _Reading, *, masked: list[str]) -> list[pa.Array]:
        """Return the columns from `sentiment` to `signals`."""
        hits, context, starts = reading.hits, reading.context, reading.starts
        taxonomy, opinions, n_texts = self._taxonomy, reading.opinions, len(masked)
        readable = reading.readable
        level, reasons = find_urgency(hits, context=context, starts=starts)
        needs = find_needs(
            hits,
            context=context,
            starts=starts,
            taxonomy=taxonomy,
            table=self._lexicon.words,
            opinions=opinions,
            waited=waited_texts(reading.signals),
        )
        emotions = find_emotions(hits, context=context, starts=starts, sentiments=reading.sentiments)
        told = Told(
            opinions=opinions,
            sentiments=reading.sentiments,
            emotions=emotions,
            needs=needs,
            reasons=reasons,
            signals=reading.signals,
        )
        intents = find_intents(hits, context=context, starts=starts, told=told)
        causes = find_causes(
            hits, codes=context.codes, starts=starts, taxonomy=taxonomy, intents=intents, told=told
        )
        return [
            sentiment_column(reading.sentiments),
            opinions_column(
                readable.restore_opinions(opinions), starts=readable.begins, taxonomy=taxonomy, masked=masked
            ),
            graded_column("emotions", emotions, of=EMOTIONS, n_texts=n_texts),
            graded_column("intents", intents, of=INTENTS, n_texts=n_texts),
            names_or_null(causes, of=CAUSES),
            graded_column("needs", needs, of=NEEDS, n_texts=n_texts),
            urgency_column(level, reasons=reasons, of=self._reasons),
            signals_column(readable.restore_signals(reading.signals), starts=readable.begins),
        ]


def _judging(reading: _Reading) -> npt.NDArray[np.bool_]:
    """Tell which texts hold a judging word, an opinion or a signal."""
    holds = np.zeros(len(reading.starts) - 1, dtype=bool)
    holds[reading.opinions.text[reading.opinions.polarity != 0]] = True
    holds[reading.signals.text] = True
    holds[owners(reading.context.words, starts=reading.starts)] = True
    return holds


def _remake(taxonomy: Taxonomy, patterns: tuple[str, ...], model: PolarityModel) -> Analyser:
    return Analyser(taxonomy=taxonomy, private_patterns=patterns, model=model)


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
