"""What a text is worth: copies, adverts, bought praise, and how much there is to learn from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from zhiyin.understand.contract import PRIVATE_KINDS
from zhiyin.understand.copies import find_copies, fingerprints, kept_signs
from zhiyin.understand.privacy import PrivateSpans
from zhiyin.understand.text import FoldedBatch
from zhiyin.understand.text.lists import read_rows

# An advert is told by its words (weights in the data file): many, or some and a way to reach its author.
_SPAM_FROM = 4
_SPAM_WITH_CONTACT_FROM = 2
_CONTACT_KINDS = tuple(PRIVATE_KINDS.index(kind) for kind in ("phone", "wechat", "qq", "email"))

# 15 different signs say 63 % of what a text can say; a text whose signs mostly repeat says less.
_SIGNS_TO_SAY_MOST = 15.0
_USUAL_VARIETY = 0.4
_LONGEST_FOR_VARIETY = 150
_SPAM_WORTH = 0.1
_SOLICITED_WORTH = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityColumns:
    """Quality of each text: `duplicate_of` −1 where it is no copy, `fingerprint` 0 where it is too short."""

    duplicate_of: NDArray[np.int32]
    fingerprint: NDArray[np.int64]
    spam: NDArray[np.bool_]
    solicited: NDArray[np.bool_]
    useful: NDArray[np.float32]


def assess_quality(batch: FoldedBatch, *, private: PrivateSpans | None = None) -> QualityColumns:
    """Return the quality of all texts; `private` (as found in this batch) helps to tell adverts.

    `duplicate_of` names the first text of the batch that says the same up to marks and spaces, or nearly
    the same (seven of ten runs of four signs); short texts ("很好吃") are nobody's copies. `useful` is 0
    to 1. About 3 µs a text of 60 signs.
    """
    n_texts = len(batch.texts)
    kept = kept_signs(batch)
    fingerprint = fingerprints(kept)
    weights = _weigh_cues(batch)
    reachable = (weights["reach"] > 0) | _has_contact(n_texts, private)
    spam = (weights["spam"] >= _SPAM_FROM) | (weights["spam"] >= _SPAM_WITH_CONTACT_FROM) & reachable
    solicited = weights["solicited"] > 0
    useful = _variety_worth(kept.n_different, kept.counts)
    useful *= np.where(spam, _SPAM_WORTH, 1.0) * np.where(solicited, _SOLICITED_WORTH, 1.0)
    useful[weights["default"] > 0] = 0.0
    return QualityColumns(
        duplicate_of=find_copies(kept, fingerprint=fingerprint),
        fingerprint=fingerprint,
        spam=spam,
        solicited=solicited,
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


@cache
def _cues() -> tuple[ahocorasick_rs.AhoCorasick, list[str], NDArray[np.int64]]:
    rows = [
        (word, role, int(weight))
        for role, weight, words in read_rows("quality_cues.tsv")
        for word in words.split(" ")
    ]
    automaton = ahocorasick_rs.AhoCorasick(
        [word.replace("_", " ") for word, _, _ in rows], matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
    )
    return automaton, [role for _, role, _ in rows], np.array([weight for _, _, weight in rows])


def _weigh_cues(batch: FoldedBatch) -> dict[str, NDArray[np.float64]]:
    """Sum of the weights of each role's different words in each text."""
    automaton, roles, weights = _cues()
    met = np.array(automaton.find_matches_as_indexes(batch.joined), dtype=np.int64).reshape(-1, 3)
    owners = np.searchsorted(batch.starts, met[:, 1], side="right") - 1
    # Once a text: who writes 刷单 three times is angry, not advertising.
    owners, words = np.unique(np.stack((owners, met[:, 0])), axis=1)
    role_of = np.array(roles)[words]
    sums: dict[str, NDArray[np.float64]] = {}
    for role in ("spam", "reach", "solicited", "default"):
        is_role = role_of == role
        sums[role] = np.zeros(len(batch.texts))
        np.add.at(sums[role], owners[is_role], weights[words[is_role]])
    return sums
