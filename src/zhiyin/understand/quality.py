"""What a text is worth: copies, adverts, bought praise, and how much there is to learn from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from zhiyin.understand.contract import PRIVATE_KINDS
from zhiyin.understand.copies import KeptSigns, find_copies, fingerprints, kept_signs, near_keys
from zhiyin.understand.privacy import PrivateSpans
from zhiyin.understand.subjects import find_off_subject
from zhiyin.understand.text import FoldedBatch
from zhiyin.understand.text.lists import read_rows

# An advert is told by its words (weights in the data file): many, or some and a way to reach its author.
_SPAM_FROM = 4
_SPAM_WITH_CONTACT_FROM = 2
_SIGNS_TO_A_WORD = 80  # long stories hold such words by chance: one more is wanted for so many signs
_CONTACT_KINDS = tuple(PRIVATE_KINDS.index(kind) for kind in ("phone", "wechat", "qq", "email"))

# A reward stands close behind the review that it is for; in English it may stand before it.
_REWARD_BEHIND, _REWARD_AHEAD = 10, 24
# So many signs of so few kinds are a hand on the keys.
_MASH_FROM, _MASH_VARIETY = 6, 2.5

# 15 different signs say 63 % of what a text can say; a text whose signs mostly repeat says less.
_SIGNS_TO_SAY_MOST = 15.0
_USUAL_VARIETY = 0.4
_LONGEST_FOR_VARIETY = 150
_SPAM_WORTH = 0.1
_SOLICITED_WORTH = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityColumns:
    """Quality of each text: `duplicate_of` −1 where it is no copy, `fingerprint` 0 where it is too short.

    `near_keys` are four columns, all 0 where it is too short.
    """

    duplicate_of: NDArray[np.int32]
    fingerprint: NDArray[np.int64]
    near_keys: NDArray[np.int64]
    spam: NDArray[np.bool_]
    solicited: NDArray[np.bool_]
    off_subject: NDArray[np.bool_]
    useful: NDArray[np.float32]


def assess_quality(
    batch: FoldedBatch,
    *,
    private: PrivateSpans | None = None,
    judging: NDArray[np.bool_] | None = None,
    untold: NDArray[np.int64] | None = None,
) -> QualityColumns:
    """Return the quality of all texts; `private` (as found in this batch) helps to tell adverts.

    `judging` tells which texts hold an opinion, a wish or a signal: no phrase calls these off the subject.
    `untold` are the texts that judge no aspect and hold no signal; of them those are off it that sound so.

    `duplicate_of` names the first text of the batch that says the same up to marks and spaces, or nearly
    the same (seven of ten runs of four signs); short texts ("很好吃") are nobody's copies. `useful` is 0
    to 1. About 3 µs a text of 60 signs.
    """
    n_texts = len(batch.texts)
    kept = kept_signs(batch)
    fingerprint, keys = fingerprints(kept), near_keys(kept)
    cues = _find_cues(batch)
    weights = _weigh_cues(cues, n_texts=n_texts)
    reachable = (weights["reach"] > 0) | _has_contact(n_texts, private)
    wordy = batch.lengths // _SIGNS_TO_A_WORD
    spam = (weights["spam"] >= _SPAM_FROM + wordy) | (
        weights["spam"] >= _SPAM_WITH_CONTACT_FROM + wordy
    ) & reachable
    solicited = (weights["solicited"] > 0) | _is_bought(cues, batch=batch)
    solicited &= (weights["unbought"] == 0) & ~spam
    off_subject = _is_off_subject(batch, kept=kept, weights=weights, judging=judging)
    if untold is not None:
        off_subject[find_off_subject(batch, rows=untold)] = True
    off_subject &= ~spam & ~solicited
    useful = _variety_worth(kept.n_different, kept.counts)
    useful *= np.where(spam | off_subject, _SPAM_WORTH, 1.0) * np.where(solicited, _SOLICITED_WORTH, 1.0)
    useful[weights["default"] > 0] = 0.0
    return QualityColumns(
        duplicate_of=find_copies(kept, fingerprint=fingerprint, keys=keys),
        fingerprint=fingerprint,
        near_keys=keys,
        spam=spam,
        solicited=solicited,
        off_subject=off_subject,
        useful=useful.astype(np.float32),
    )


def _variety_worth(n_different: NDArray[np.float64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    usual = _USUAL_VARIETY * np.clip(counts, 1, _LONGEST_FOR_VARIETY)
    worth: NDArray[np.float64] = (1 - np.exp(-n_different / _SIGNS_TO_SAY_MOST)) * np.minimum(
        1.0, n_different / usual
    )
    return worth


def _has_contact(n_texts: int, private: PrivateSpans | None) -> NDArray[np.bool_]:
    has = np.zeros(n_texts, dtype=bool)
    if private is not None:
        has[private.text_index[np.isin(private.kind, _CONTACT_KINDS)]] = True
    return has


def _is_off_subject(
    batch: FoldedBatch,
    *,
    kept: KeptSigns,
    weights: dict[str, NDArray[np.float64]],
    judging: NDArray[np.bool_] | None,
) -> NDArray[np.bool_]:
    """Tell which texts speak of nothing: fillers, one sign over and over, forum talk, no sign at all."""
    n_signs = np.diff(batch.starts) - 1
    is_mash = (kept.counts >= _MASH_FROM) & (kept.n_different < _MASH_VARIETY)
    is_filler = (weights["filler"] > 0) | is_mash | (weights["default"] > 0)
    is_mute = (kept.counts == 0) & (n_signs > 0)
    is_talk = weights["off"] > 0
    is_idle: NDArray[np.bool_] = is_talk | is_filler
    if judging is not None:
        is_idle &= ~judging
    is_idle |= is_mute
    return is_idle


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cues:
    """Telling words met, in order of place: which word, of which role and weight, where, in which text."""

    word: NDArray[np.int64]
    role: NDArray[np.str_]
    weight: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    owner: NDArray[np.int64]


@cache
def _cues() -> tuple[ahocorasick_rs.AhoCorasick, NDArray[np.str_], NDArray[np.int64]]:
    rows = [
        (word, role, int(weight))
        for role, weight, words in read_rows("quality_cues.tsv")
        for word in words.split(" ")
    ]
    automaton = ahocorasick_rs.AhoCorasick(
        [word.replace("_", " ") for word, _, _ in rows], matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
    )
    return automaton, np.array([role for _, role, _ in rows]), np.array([weight for _, _, weight in rows])


def _find_cues(batch: FoldedBatch) -> _Cues:
    automaton, roles, weights = _cues()
    met = np.array(automaton.find_matches_as_indexes(batch.joined), dtype=np.int64).reshape(-1, 3)
    # "mark" is a word of English or of forums, not a part of "marketing".
    is_latin = np.append((batch.codes >= ord("a")) & (batch.codes <= ord("z")), False)
    cut = is_latin[met[:, 1]] & is_latin[met[:, 1] - 1] | is_latin[met[:, 2] - 1] & is_latin[met[:, 2]]
    met = met[~cut]
    return _Cues(
        word=met[:, 0],
        role=roles[met[:, 0]],
        weight=weights[met[:, 0]],
        start=met[:, 1],
        end=met[:, 2],
        owner=np.searchsorted(batch.starts, met[:, 1], side="right") - 1,
    )


def _weigh_cues(cues: _Cues, *, n_texts: int) -> dict[str, NDArray[np.float64]]:
    """Sum of the weights of each role's different words in each text."""
    # Once a text: who writes 刷单 three times is angry, not advertising.
    _, first = np.unique(np.stack((cues.owner, cues.word)), axis=1, return_index=True)
    owner, role, weight = cues.owner[first], cues.role[first], cues.weight[first]
    sums: dict[str, NDArray[np.float64]] = {}
    for name in ("spam", "reach", "solicited", "default", "unbought", "off", "filler"):
        is_role = role == name
        sums[name] = np.bincount(
            owner[is_role], weights=weight[is_role].astype(np.float64), minlength=n_texts
        ).astype(np.float64)
    return sums


def _is_bought(cues: _Cues, *, batch: FoldedBatch) -> NDArray[np.bool_]:
    """Tell where a review is spoken of with its reward close behind, or with somebody who asks for it."""
    bought = np.zeros(len(batch), dtype=bool)
    reviews = np.flatnonzero(cues.role == "review")
    # In Chinese the reward follows: 送到了，好评 sells nothing.
    is_english = batch.codes[cues.start[reviews]] < 0x80
    for role, ahead in (("reward", False), ("asking", False), ("asking", True), ("reward", True)):
        others = np.flatnonzero(cues.role == role)
        if not len(others) or not len(reviews):
            continue
        place = np.searchsorted(others, reviews) - int(ahead)
        other = others[np.clip(place, 0, len(others) - 1)]
        gap = cues.start[reviews] - cues.end[other] if ahead else cues.start[other] - cues.end[reviews]
        reach = np.where(is_english, _REWARD_AHEAD, -1) if ahead and role == "reward" else _REWARD_BEHIND
        fits = (gap >= 0) & (gap <= reach) & (cues.owner[other] == cues.owner[reviews])
        bought[cues.owner[reviews[fits]]] = True
    return bought
