"""One pass over a batch: hits, clauses, opinions and sentiments, with the evidence that decided them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiyin.understand.clauses import classify, split_clauses
from zhiyin.understand.context import Context, build_context
from zhiyin.understand.effects import Effects, read_effects
from zhiyin.understand.fields import asking_texts, owners, texts_of
from zhiyin.understand.idle import IdleTexts
from zhiyin.understand.lexicon import Hits, Kind, scan
from zhiyin.understand.lexicon.compile import Lexicon
from zhiyin.understand.opinions import JudgedOpinions, read_opinions, without_absorbed
from zhiyin.understand.polarity import PolarityModel
from zhiyin.understand.sentiment import TextEvidence, WordEvidence, weigh_texts, weigh_words
from zhiyin.understand.silence import silent_texts
from zhiyin.understand.text import FoldedBatch
from zhiyin.understand.widening import Cues

Ints = npt.NDArray[np.int64]
_LANGUAGES = ("zh", "en", "und")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReading:
    """What one pass found: `effects` and `words` belong to the opinion words, `texts` to the texts."""

    hits: Hits
    context: Context
    sums: npt.NDArray[np.float64]
    effects: Effects
    judged: JudgedOpinions
    words: WordEvidence
    texts: TextEvidence


def read_batch(
    folded: FoldedBatch,
    *,
    languages: npt.NDArray[np.str_],
    lexicon: Lexicon,
    model: PolarityModel,
    cues: Cues | None = None,
) -> BatchReading:
    """Return what one scan of the texts tells of opinions and sentiment."""
    classes, starts, table = classify(folded.codes), folded.starts, lexicon.words
    hits = scan(folded.joined, codes=folded.codes, classes=classes, lexicon=lexicon)
    silent = silent_texts(folded)
    hits = _in_telling_texts(hits, languages=languages, silent=silent, starts=starts)
    hits = without_absorbed(hits, classes=classes, codes=folded.codes, table=table)
    clauses = split_clauses(classes, contrasts=hits.of(Kind.CONTRAST).start)
    context = build_context(hits, clauses=clauses, codes=folded.codes, table=table)
    effects = read_effects(context.words, hits=hits, context=context, codes=folded.codes, table=table)
    said = model.read(folded.codes, classes=classes)
    judged = read_opinions(
        hits,
        context=context,
        effects=effects,
        table=table,
        model=model,
        said=said,
        starts=starts,
        cues=cues,
    )
    words = weigh_words(context.words, effects=effects, table=table)
    texts = weigh_texts(
        languages=languages,
        starts=starts,
        clauses=clauses,
        said=said,
        model=model,
        words=words,
        opinions=judged.opinions,
        idle=IdleTexts(
            asking=asking_texts(hits, starts=starts),
            untried=texts_of(hits, kind=Kind.UNTRIED, starts=starts),
            silent=silent,
        ),
    )
    return BatchReading(
        hits=hits, context=context, sums=said.sums, effects=effects, judged=judged, words=words, texts=texts
    )


def _in_telling_texts(hits: Hits, *, languages: npt.NDArray[np.str_], silent: Ints, starts: Ints) -> Hits:
    """Drop what was found in texts that say nothing, or in other languages.

    Chinese signs mean other things in Japanese.
    """
    tells = np.isin(languages, _LANGUAGES)
    tells[silent] = False
    if tells.all():
        return hits
    return hits.take(np.flatnonzero(tells[owners(hits, starts=starts)]))
