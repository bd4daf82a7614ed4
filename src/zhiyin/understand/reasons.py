"""What decided a label: its parts, whose sum is replayed to the same label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhiyin.understand.opinions import sides
from zhiyin.understand.sentiment import LABELS, TextEvidence, settle

POLARITIES = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that counted: `log_odds` of positive that it adds, and its span in the text.

    `kind` is `word` (an opinion word, with the `rules` that hold of it: `negated`, `mocked`, `conceded`
    and the others of `Effects`), `mention` (to name it is praise, or blame where it is missed), `opinion`
    (one that stands in where no word judges by itself), `learned` (n-grams of the model), `taught` (people
    corrected like words) or `cue` (an n-gram that tells the aspect and not the side: `weight` is the log odds
    of the aspect that it adds). `stated` is
    what a word says alone, -1 to 1.
    """

    kind: str
    start: int
    end: int
    log_odds: float
    stated: float = 0.0
    rules: tuple[str, ...] = ()
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """Signs whose n-grams the model weighs for one side; `log_odds` within their clause or text."""

    start: int
    end: int
    log_odds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionWhy:
    """An opinion, and the parts whose sum decided its polarity; a mere mention has no part."""

    aspect: str
    polarity: str
    confidence: float
    start: int
    end: int
    parts: tuple[Part, ...]
    highlights: tuple[Highlight, ...]

    def replay(self) -> str:
        """Return the polarity that the parts alone lead to."""
        has_word = np.array([any(part.kind in ("word", "mention") for part in self.parts)])
        odds = np.array([sum(part.log_odds for part in self.parts)])
        return POLARITIES[int(sides(odds, has_word=has_word)[0]) + 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentimentWhy:
    """The sentiment of the text: its parts before `damping`, and what is `contested` of their sum.

    `damping` is below 1 where nothing judges or the text asks; `contested` 0 to 0.5 is the share of the
    opinions (`good` and `bad` sum their confidence) that contradict the others; `judging` the learned log
    odds that the text judges at all, NaN where nothing was learned of that. `taught` are the log odds that
    people's corrections of like words add to each label, in the order of `LABELS`; empty where none do.
    """

    label: str
    score: float
    confidence: float
    parts: tuple[Part, ...]
    highlights: tuple[Highlight, ...]
    damping: float
    contested: float
    good: float
    bad: float
    n_words: float
    judging: float
    is_talk: bool = False
    taught: tuple[float, ...] = ()

    def replay(self) -> str:
        """Return the label that the parts alone lead to."""
        whole = np.array([sum(part.log_odds for part in self.parts)])
        one = TextEvidence(
            learned=whole,
            balance=np.zeros(1),
            damping=np.array([self.damping]),
            good=np.array([self.good]),
            bad=np.array([self.bad]),
            n_words=np.array([self.n_words]),
            by_opinion=np.zeros(1, dtype=bool),
            can_tell=np.ones(1, dtype=bool),
            judging=np.array([self.judging]),
            is_talk=np.array([self.is_talk]),
            taught=np.array([self.taught]) if self.taught else None,
        )
        return LABELS[int(settle(one).label[0])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a text was understood as it was; offsets are code points, in the original and the masked text."""

    sentiment: SentimentWhy | None
    opinions: tuple[OpinionWhy, ...]
    model: str
    taxonomy: str
