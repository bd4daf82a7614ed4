"""Why a voice was understood as it was: the parts that decided, with their words and weights."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.console.numbers import Language
from zhiyin.insight import naming
from zhiyin.listen.queries import FeedbackDetail
from zhiyin.listen.services.learning import get_model
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.understand.explanation import explain
from zhiyin.understand.reasons import Highlight, OpinionWhy, Part, SentimentWhy
from zhiyin.understand.sentiment import LABELS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

KINDS: dict[str, StrPromise] = {
    "word": _("judging word"),
    "mention": _("to name it is praise"),
    "opinion": _("an opinion found"),
    "learned": _("learned from reviews"),
    "cue": _("learned sign of this aspect"),
    "taught": _("people corrected like words"),
}
RULES: dict[str, StrPromise] = {
    "negated": _("turned by a negation"),
    "negated_back": _("two negations cancel out"),
    "holds_negation": _("begins with a negation"),
    "mocked": _("praise meant as mockery"),
    "regretted": _("wished to be otherwise"),
    "supposed": _("only supposed or feared"),
    "wished": _("past, wished for or promised"),
    "hearsay": _("others say so"),
    "overturned": _("came out otherwise than said or hoped"),
    "corrected": _("put otherwise right after"),
    "conceded": _("granted, weighs less"),
    "outweighed": _("stands before a “but”"),
    "stressed": _("stands after a “but”"),
}
# A learned part is told by its strongest signs; weaker ones say nothing to a reader.
_LEAST_ODDS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyLine:
    """One part: its words, what kind of evidence it is, by which rules, and its log odds of positive."""

    words: str
    kind: str
    rules: list[str]
    odds: float

    @property
    def side(self) -> str:
        """The side it speaks for."""
        return "positive" if self.odds > 0 else "negative" if self.odds < 0 else "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A label with everything that led to it. `name` is the aspect's, empty for the whole text.

    `taught` is the label that people's corrections of like words speak for, and how much, in log odds.
    """

    name: str
    words: str
    label: str
    confidence: float
    lines: list[WhyLine]
    signs: list[WhyLine]
    damping: float = 1.0
    contested: float = 0.0
    taught: tuple[str, float] | None = None

    @property
    def odds(self) -> float:
        """Sum of the parts after damping."""
        return sum(line.odds for line in self.lines) * self.damping * (1 - self.contested)


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The verdicts on one voice, the whole first. `is_same`: by the model and taxonomy that are stored."""

    verdicts: list[Verdict]
    model: str
    taxonomy: str
    is_same: bool


def explain_voice(detail: FeedbackDetail, *, language: Language) -> Why:
    """What model and taxonomy of today make of the masked words, part by part.

    Raises:
        InvalidInput: the taxonomy in use is unusable.
    """
    feedback = detail.feedback
    found = explain(feedback.text, taxonomy=get_taxonomy().taxonomy, model=get_model())
    verdicts = [_of_text(found.sentiment, text=feedback.text)] if found.sentiment else []
    verdicts += [_of_opinion(one, text=feedback.text, language=language) for one in found.opinions]
    return Why(
        verdicts=verdicts,
        model=found.model,
        taxonomy=found.taxonomy,
        is_same=(found.model, found.taxonomy) == (feedback.model, feedback.taxonomy),
    )


def _of_text(why: SentimentWhy, *, text: str) -> Verdict:
    return Verdict(
        name="",
        words="",
        label=why.label,
        confidence=why.confidence,
        lines=[_line(part, text=text) for part in why.parts],
        signs=_signs(why.highlights, text=text),
        damping=why.damping,
        contested=why.contested,
        taught=max(zip(LABELS, why.taught, strict=True), key=itemgetter(1)) if why.taught else None,
    )


def _of_opinion(why: OpinionWhy, *, text: str, language: Language) -> Verdict:
    return Verdict(
        name=naming.aspect_name(why.aspect, language=language),
        words=text[why.start : why.end],
        label=why.polarity,
        confidence=why.confidence,
        lines=[_line(part, text=text) for part in why.parts],
        signs=_signs(why.highlights, text=text),
    )


def _line(part: Part, *, text: str) -> WhyLine:
    return WhyLine(
        words="" if part.kind == "learned" else text[part.start : part.end],
        kind=str(KINDS.get(part.kind, part.kind)),
        rules=[str(RULES.get(rule, rule)) for rule in part.rules],
        odds=part.log_odds,
    )


def _signs(highlights: tuple[Highlight, ...], *, text: str) -> list[WhyLine]:
    return [
        WhyLine(words=words, kind="", rules=[], odds=one.log_odds)
        for one in highlights
        if (words := text[one.start : one.end].strip()) and abs(one.log_odds) >= _LEAST_ODDS
    ]
