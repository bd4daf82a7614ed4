"""Why: what decided each opinion and the sentiment of one text, part by part."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from zhiyin.understand.effects import Effects
from zhiyin.understand.evidence import CLAUSE_WEIGHT, WORD_WEIGHT
from zhiyin.understand.label import model_label
from zhiyin.understand.languages import detect_languages
from zhiyin.understand.lexicon import Kind, compile_lexicon
from zhiyin.understand.lexicon.compile import Lexicon
from zhiyin.understand.polarity import PolarityModel, load_polarity
from zhiyin.understand.privacy import find_private
from zhiyin.understand.readable import Readable, make_readable
from zhiyin.understand.reading import BatchReading, read_batch
from zhiyin.understand.reasons import POLARITIES, Explanation, Highlight, OpinionWhy, Part, SentimentWhy
from zhiyin.understand.sentiment import LABELS, NONE, settle, stand_ins, word_shares
from zhiyin.understand.taxonomy import BUILT_IN, Taxonomy, load_taxonomy
from zhiyin.understand.text import fold_batch
from zhiyin.understand.widening import Cues, bind_cues

_N_HIGHLIGHTS = 6
_RULES = tuple(field.name for field in fields(Effects))


def explain(
    text: str, *, taxonomy: Taxonomy | str | Path = "general", model: PolarityModel | None = None
) -> Explanation:
    """Return what decided the opinions and the sentiment that `Analyser` finds in a text.

    It holds offsets and numbers, no words. Costs about 0.2 s with a new taxonomy, 1 ms with a known one.

    Raises:
        InvalidInput: the taxonomy is unusable.
    """
    tree = taxonomy if isinstance(taxonomy, Taxonomy) else _tree(taxonomy)
    chosen = model or load_polarity()
    folded = fold_batch([text])
    languages = np.array(detect_languages(folded), dtype="U4")
    readable = make_readable(folded, private=find_private(folded))
    batch = readable.batch
    read = read_batch(batch, languages=languages, lexicon=_lexicon(tree), model=chosen, cues=_cues(tree))
    sentiment = _sentiment(
        read, is_chinese=bool(languages[0] == "zh"), n_signs=int(batch.lengths[0]), model=chosen
    )
    opinions = tuple(
        _opinion(row, read=read, taxonomy=tree, model=chosen) for row in range(len(read.judged.opinions))
    )
    return Explanation(
        sentiment=sentiment and _in_place(sentiment, readable=readable),
        opinions=tuple(_moved(_in_place(one, readable=readable), readable=readable) for one in opinions),
        model=model_label(chosen.version),
        taxonomy=tree.label,
    )


_Why = TypeVar("_Why", OpinionWhy, SentimentWhy)
_Placed = TypeVar("_Placed", Part, Highlight, OpinionWhy)


def _in_place(why: _Why, *, readable: Readable) -> _Why:
    """Return it with the spans of its parts as they are in the text that came."""
    return replace(
        why,
        parts=tuple(_moved(part, readable=readable) for part in why.parts),
        highlights=tuple(_moved(one, readable=readable) for one in why.highlights),
    )


def _moved(one: _Placed, *, readable: Readable) -> _Placed:
    start, end = readable.restore_spans(np.array([one.start]), np.array([one.end]))
    return replace(one, start=int(start[0]), end=int(end[0]))


def _tree(name_or_path: str | Path) -> Taxonomy:
    # A file may change; a built-in tree does not.
    return _built_in(str(name_or_path)) if name_or_path in BUILT_IN else load_taxonomy(name_or_path)


@lru_cache(maxsize=len(BUILT_IN))
def _built_in(name: str) -> Taxonomy:
    return load_taxonomy(name)


@lru_cache(maxsize=4)
def _lexicon(taxonomy: Taxonomy) -> Lexicon:
    return compile_lexicon(taxonomy)


@lru_cache(maxsize=4)
def _cues(taxonomy: Taxonomy) -> Cues | None:
    return bind_cues(taxonomy)


def _opinion(row: int, *, read: BatchReading, taxonomy: Taxonomy, model: PolarityModel) -> OpinionWhy:
    judged = read.judged
    opinions, pairs, evidence = judged.opinions, judged.pairs, judged.evidence
    clauses = read.context.clauses
    word = int(pairs.word[row])
    anchor = word if word >= 0 else int(pairs.term[row])
    clause = int(clauses.clause[judged.events.start[anchor]])
    begin, end = int(clauses.begin[clause]), int(clauses.begin[clause + 1])
    learned = Part(
        kind="learned", start=begin, end=end, log_odds=CLAUSE_WEIGHT * float(evidence.learned[row])
    )
    parts: tuple[Part, ...] = (learned,)
    if word >= 0:
        said = Part(
            kind="word",
            start=int(judged.events.start[word]),
            end=int(judged.events.end[word]),
            log_odds=WORD_WEIGHT * float(evidence.turned[row]),
            stated=float(evidence.stated[row]),
            rules=_rules(evidence.effects, row=row),
        )
        parts = (said, learned)
    elif evidence.stated[row]:
        said = Part(
            kind="mention",
            start=int(opinions.start[row]),
            end=int(opinions.end[row]),
            log_odds=WORD_WEIGHT * float(evidence.turned[row]),
            stated=float(evidence.stated[row]),
        )
        parts = (said, learned)
    if evidence.taught[row]:
        parts = (*parts, Part(kind="taught", start=begin, end=end, log_odds=float(evidence.taught[row])))
    parts = (*_cue_parts(row, read=read), *parts)
    return OpinionWhy(
        aspect=taxonomy.aspects[int(opinions.aspect[row])].id,
        polarity=POLARITIES[int(opinions.polarity[row]) + 1],
        confidence=float(opinions.confidence[row]),
        start=int(opinions.start[row]),
        end=int(opinions.end[row]),
        parts=parts,
        highlights=_highlights(read.sums, begin=begin, end=end, model=model),
    )


def _cue_parts(row: int, *, read: BatchReading) -> tuple[Part, ...]:
    """Return the learned cue that told the aspect, if one did."""
    events, term = read.judged.events, int(read.judged.pairs.term[row])
    if term < 0 or events.kind[term] != Kind.CUE:
        return ()
    return (
        Part(
            kind="cue",
            start=int(events.start[term]),
            end=int(events.end[term]),
            log_odds=0.0,
            weight=float(events.value[term]),
        ),
    )


def _rules(effects: Effects, *, row: int) -> tuple[str, ...]:
    return tuple(name for name in _RULES if getattr(effects, name)[row])


def _sentiment(
    read: BatchReading, *, is_chinese: bool, n_signs: int, model: PolarityModel
) -> SentimentWhy | None:
    texts = read.texts
    found = settle(texts)
    if found.label[0] == NONE:
        return None
    learned = Part(kind="learned", start=0, end=n_signs, log_odds=float(texts.learned[0]))
    judging = (
        _stand_ins(read, is_chinese=is_chinese)
        if texts.by_opinion[0]
        else _words(read, is_chinese=is_chinese)
    )
    return SentimentWhy(
        label=LABELS[int(found.label[0])],
        score=float(found.score[0]),
        confidence=float(found.confidence[0]),
        parts=(*judging, learned) if is_chinese else judging,
        highlights=_highlights(read.sums, begin=0, end=n_signs, model=model) if is_chinese else (),
        damping=float(texts.damping[0]),
        contested=float(texts.contested()[0]),
        good=float(texts.good[0]),
        bad=float(texts.bad[0]),
        n_words=float(texts.n_words[0]),
        judging=float(texts.judging[0]),
        is_talk=bool(texts.is_talk[0]),
        taught=tuple(texts.taught[0].tolist()) if texts.taught is not None and texts.taught.any() else (),
    )


def _words(read: BatchReading, *, is_chinese: bool) -> tuple[Part, ...]:
    """Return a part for each opinion word that judges by itself."""
    words = read.words
    shares = word_shares(words, is_chinese=is_chinese)
    return tuple(
        Part(
            kind="word",
            start=int(words.hits.start[row]),
            end=int(words.hits.end[row]),
            log_odds=float(shares[row]),
            stated=float(words.stated[row]),
            rules=_rules(read.effects, row=row),
        )
        for row in np.flatnonzero(words.turned).tolist()
    )


def _stand_ins(read: BatchReading, *, is_chinese: bool) -> tuple[Part, ...]:
    """Return a part for each opinion, where no word judges by itself."""
    opinions = read.judged.opinions
    rows, shares = stand_ins(opinions, is_chinese=is_chinese)
    return tuple(
        Part(kind="opinion", start=int(opinions.start[row]), end=int(opinions.end[row]), log_odds=share)
        for row, share in zip(rows.tolist(), shares.tolist(), strict=True)
    )


def _highlights(
    sums: npt.NDArray[np.float64], *, begin: int, end: int, model: PolarityModel
) -> tuple[Highlight, ...]:
    """Return the runs of signs that the model weighs most for one side, in order of place."""
    n_signs = max(end - begin, 1)
    weights = np.diff(sums[begin : end + 1])
    if not len(weights):
        return ()
    sign = np.sign(weights)
    first = np.flatnonzero(np.concatenate(([True], sign[1:] != sign[:-1])))
    last = np.concatenate((first[1:], [len(weights)]))
    runs = np.add.reduceat(weights, first)
    size = np.full(len(runs), n_signs)
    odds = model.log_odds(runs, n_signs=size) - model.log_odds(np.zeros(len(runs)), n_signs=size)
    chosen = np.sort(np.argsort(-np.abs(odds), kind="stable")[:_N_HIGHLIGHTS])
    return tuple(
        Highlight(start=begin + int(first[at]), end=begin + int(last[at]), log_odds=float(odds[at]))
        for at in chosen.tolist()
        if odds[at]
    )
