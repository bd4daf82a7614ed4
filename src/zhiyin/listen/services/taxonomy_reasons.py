"""Why a sentence is understood as it is: phrases of the taxonomy, rules, weights of the learned model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zhiyin.listen.services.learning import get_model
from zhiyin.listen.services.taxonomy_trial import Trial, try_sentence
from zhiyin.understand.contract import Opinion
from zhiyin.understand.explanation import explain
from zhiyin.understand.lexicon.scan import GAP_REACH
from zhiyin.understand.reasons import OpinionWhy, Part
from zhiyin.understand.taxonomy import PHRASE_KEYS, Aspect, Taxonomy

_GAP = "…"
_NAMING = ("terms", "weak_terms", "patterns")
_JUDGING = tuple(key for key in PHRASE_KEYS if key not in (*_NAMING, "exclusions"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """Something that counted: the words, the rules that hold of them, log odds of positive.

    Of kind `cue` the learned words tell the aspect; `log_odds` are those of the aspect then.
    """

    kind: str
    words: str
    rules: tuple[str, ...]
    log_odds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why one opinion: the phrases that named and judged, each with the list (key) that holds it.

    A key is empty where the words stand in none of the aspect's lists: the general lexicon knows them,
    or the sentence before spoke of the thing.
    """

    name: str
    opinion: Opinion
    term_key: str
    word_key: str
    weights: list[Weight]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A phrase that kept an aspect from being spoken of."""

    phrase: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonedTrial:
    """What is understood of a sentence by one taxonomy, and why."""

    label: str
    trial: Trial
    reasons: list[Reason]
    exclusions: list[Exclusion]


def try_with_reasons(text: str, *, taxonomy: Taxonomy, language: str) -> ReasonedTrial:
    """What is understood of the text and why, aspects named in Chinese (`zh`) or English; nothing is kept."""
    trial = try_sentence(text, taxonomy=taxonomy, language=language)
    masked = "".join(piece.text for piece in trial.pieces)
    # The masked text says the same: masking replaces sign by sign.
    explained = explain(masked, taxonomy=taxonomy, model=get_model()).opinions
    whys = {(one.aspect, one.start, one.end): one for one in explained}
    aspects = {one.id: one for one in taxonomy.aspects}
    return ReasonedTrial(
        label=taxonomy.label,
        trial=trial,
        reasons=[
            _reason(name, opinion, aspect=aspects[opinion.aspect], text=masked, why=whys.get(_place(opinion)))
            for name, opinion in trial.opinions
        ],
        exclusions=list(_exclusions(masked, taxonomy=taxonomy, names=taxonomy.names(language))),
    )


def _place(opinion: Opinion) -> tuple[str, int, int]:
    return opinion.aspect, opinion.start, opinion.end


def _reason(name: str, opinion: Opinion, *, aspect: Aspect, text: str, why: OpinionWhy | None) -> Reason:
    return Reason(
        name=name,
        opinion=opinion,
        term_key=_key_of(opinion.term, aspect, keys=_NAMING),
        word_key=_key_of(opinion.opinion, aspect, keys=_JUDGING),
        weights=[_weight(part, text=text, why=why) for part in why.parts if _counts(part)] if why else [],
    )


def _counts(part: Part) -> bool:
    return bool(part.log_odds) or part.kind == "cue"


def _weight(part: Part, *, text: str, why: OpinionWhy) -> Weight:
    words = text[part.start : part.end]
    if part.kind == "learned":
        # Of a whole clause, the signs that weigh most on the side that it leans to.
        sure = [one for one in why.highlights if (one.log_odds > 0) == (part.log_odds > 0)]
        sure = sorted(sorted(sure, key=lambda one: -abs(one.log_odds))[:2], key=lambda one: one.start)
        words = _GAP.join(text[one.start : one.end] for one in sure)
    log_odds = part.weight if part.kind == "cue" else part.log_odds
    return Weight(kind=part.kind, words=words, rules=part.rules, log_odds=log_odds)


def _key_of(words: str, aspect: Aspect, *, keys: tuple[str, ...]) -> str:
    if not words:
        return ""
    for key in keys:
        phrases: tuple[str, ...] = getattr(aspect, key)
        if any(_covers(words, phrase) for phrase in phrases):
            return key
    return ""


def _covers(words: str, phrase: str) -> bool:
    head, gap, tail = phrase.lower().partition(_GAP)
    said = words.lower()
    return said.startswith(head) and said.endswith(tail) if gap else said == head


def _exclusions(text: str, *, taxonomy: Taxonomy, names: dict[str, str]) -> Iterator[Exclusion]:
    """Those that stand in the text and hide a term of their aspect."""
    for aspect in taxonomy.aspects:
        for phrase in aspect.exclusions:
            span = _find(text, phrase)
            if span is None:
                continue
            hidden = text[slice(*span)].lower()
            if any(term.lower() in hidden for term in (*aspect.terms, *aspect.weak_terms)):
                yield Exclusion(phrase=phrase, name=names[aspect.id])


def _find(text: str, phrase: str) -> tuple[int, int] | None:
    """Where a phrase, perhaps with a gap, stands first."""
    said = text.lower()
    head, gap, tail = phrase.lower().partition(_GAP)
    start = said.find(head)
    while start >= 0:
        end = start + len(head)
        if not gap:
            return start, end
        at = said.find(tail, end, end + GAP_REACH + len(tail))
        if at >= 0:
            return start, at + len(tail)
        start = said.find(head, start + 1)
    return None
