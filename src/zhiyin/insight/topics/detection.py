"""Which phrases are said really more often now than before, and which of them are one subject."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from zhiyin.insight.topics.phrases import Phrases, find_phrases
from zhiyin.measure.bursts import find_bursts

Places = NDArray[np.int64]
Floats = NDArray[np.float64]

MIN_VOICES = 5
# The test asks for twice the rate before, so that of what did not grow at all far fewer are found.
FALSE_SHARE = 0.05
_MOST_PHRASES = 400
_MOST_NAMES = 5
# Of two phrases that share letters and voices the longer one stands for both where it has most of them.
_STANDS_FOR = 0.7
# Phrases of one subject meet in at least this share of the voices of the rarer one, and of both together.
_MEET_SHARE, _MEET_OF_BOTH = 0.5, 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One subject: its name and the other phrases of it, the best first; how far it grew; whose texts.

    `texts` are places in what was looked at; `p_value` and `growth` are those of the name.
    """

    name: str
    others: tuple[str, ...]
    n_now: int
    n_before: int
    growth: float
    p_value: float
    texts: tuple[int, ...]


def find_candidates(
    texts: Sequence[str],
    *,
    n_before: int,
    count_before: Callable[[Places], Places],
    least_growth: float = 2.0,
    false_share: float = FALSE_SHARE,
) -> list[Candidate]:
    """Subjects of `texts` (now) that grew against `n_before` voices; the surest first.

    `count_before` gives how many of those said each phrase, by its key. Nothing is found where nothing
    was said before: then everything is new, which says nothing.
    """
    if not texts or n_before <= 0:
        return []
    said = find_phrases(texts)
    keys, begins, n_now = np.unique(said.key, return_index=True, return_counts=True)
    is_often = n_now >= MIN_VOICES
    keys, begins, n_now = keys[is_often], begins[is_often], n_now[is_often]
    if not len(keys):
        return []
    before = count_before(keys)
    found = find_bursts(
        n_now, len(texts), before, n_before, least_growth=least_growth, false_share=false_share
    )
    chosen = np.flatnonzero(found.is_burst)
    chosen = chosen[np.argsort(found.p_value[chosen], kind="stable")][:_MOST_PHRASES]
    grown = _Grown(
        said=said,
        begin=begins[chosen],
        n_now=n_now[chosen],
        n_before=before[chosen],
        growth=found.growth[chosen],
        p_value=found.p_value[chosen],
    )
    return grown.subjects()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grown:
    """The phrases that grew: where each stands first in `said` (all its voices follow), and its counts."""

    said: Phrases
    begin: Places
    n_now: Places
    n_before: Places
    growth: Floats
    p_value: Floats

    def subjects(self) -> list[Candidate]:
        if not len(self.begin):
            return []
        words = [self.said.words_at(int(place)) for place in self.begin]
        voices = self._voices()
        together = np.asarray((voices @ voices.T).todense(), np.float64)
        kept = _without_parts(words, n=self.n_now, together=together)
        labels = _clusters(kept, n=self.n_now, together=together)
        weights = self._weights(words)
        subjects = [
            self._subject(kept[labels == label], words=words, weights=weights, voices=voices)
            for label in range(labels.max() + 1)
        ]
        return sorted(subjects, key=lambda one: (one.p_value, -one.n_now, one.name))

    def _voices(self) -> csr_array:
        """Phrases × voices, 1 where said."""
        n = len(self.begin)
        rows = np.repeat(np.arange(n), self.n_now)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(self.n_now) - self.n_now, self.n_now)
        columns = self.said.text[self.begin[rows] + within]
        return csr_array((np.ones(len(rows), np.int32), (rows, columns)), shape=(n, self.said.n_texts))

    def _weights(self, words: list[str]) -> Floats:
        """How well each phrase names its subject: frequent in it, rare else, whole, and more than a stub.

        The first two are class-based TF-IDF: n × ln(1 + voices / times said before or now).
        """
        rarity = np.log1p(self.said.n_texts / (0.5 + self.n_before + self.n_now))
        length = np.sqrt([min(8, len(word)) for word in words])
        return self.n_now * (0.2 + rarity) * length * self._freedom(words)

    def _freedom(self, words: list[str]) -> Floats:
        """0.2 to 1: how freely other signs stand before and after the phrase (branching entropy).

        A piece torn out of a longer phrase always has the same neighbour on one side.
        """
        joined = self.said.joined
        freedom = np.ones(len(words))
        for at, (begin, n) in enumerate(zip(self.begin.tolist(), self.n_now.tolist(), strict=True)):
            starts, ends = self.said.start[begin : begin + n], self.said.end[begin : begin + n]
            before = [joined[start - 1] if start else "\n" for start in starts.tolist()]
            after = [joined[end] for end in ends.tolist()]
            freedom[at] = min(_entropy(before), _entropy(after))
        return np.clip(freedom, 0.2, 1.0)

    def _subject(self, members: Places, *, words: list[str], weights: Floats, voices: csr_array) -> Candidate:
        best = members[np.argsort(-weights[members], kind="stable")]
        name = int(best[0])
        texts = np.unique(voices[members].indices)
        return Candidate(
            name=words[name],
            others=tuple(words[place] for place in best[1 : _MOST_NAMES + 1]),
            n_now=int(self.n_now[name]),
            n_before=int(self.n_before[name]),
            growth=float(self.growth[name]),
            p_value=float(self.p_value[name]),
            texts=tuple(texts.tolist()),
        )


def _entropy(signs: list[str]) -> float:
    """Nats over the neighbours; the end of a clause counts as a new neighbour each time."""
    named = [sign if sign.isalnum() else f"{sign}{place}" for place, sign in enumerate(signs)]
    _, n = np.unique(named, return_counts=True)
    share = n / n.sum()
    return float(-(share * np.log(share)).sum())


def _without_parts(words: list[str], *, n: Places, together: Floats) -> Places:
    """The phrases that are no part of a longer one that most of their voices say."""
    kept = [
        place
        for place, word in enumerate(words)
        if not any(
            len(longer) > len(word)
            and word.lower() in longer.lower()
            and together[place, other] >= _STANDS_FOR * n[place]
            for other, longer in enumerate(words)
        )
    ]
    return np.array(kept, np.int64)


def _clusters(kept: Places, *, n: Places, together: Floats) -> Places:
    """The number of the subject of each kept phrase; those that meet in the same voices are one."""
    met, size = together[np.ix_(kept, kept)], n[kept].astype(np.float64)
    least = np.minimum(size[:, None], size[None, :])
    both = size[:, None] + size[None, :] - met
    is_met = (met >= _MEET_SHARE * least) & (met >= _MEET_OF_BOTH * both)
    _, labels = connected_components(is_met.astype(np.float64), directed=False)
    return np.asarray(labels, np.int64)
