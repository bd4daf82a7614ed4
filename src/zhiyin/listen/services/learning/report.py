"""What is told of a candidate: figures beside those of the model in use, and what it would change."""

from __future__ import annotations

import msgspec

from zhiyin.measure.agreement import AgreementChange
from zhiyin.measure.comparison import Change
from zhiyin.measure.estimate import Estimate

WRITTEN = "written"
CORRECTED = "corrected"


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """Before is the model in use, after the candidate, on the same kept-back items.

    `source`: `written` (clauses of our own) or `corrected` (what people here said); `field`: `sentiment`
    or `opinion`; `industry` is empty for all together.
    """

    source: str
    field: str
    industry: str
    n: int
    macro_f1_before: Estimate
    macro_f1_after: Estimate
    macro_f1_change: Change
    right_before: Estimate
    right_after: Estimate
    right_change: Change

    @classmethod
    def of(cls, found: AgreementChange, *, source: str, field: str, industry: str = "") -> Figure:
        """The figure of an agreement."""
        return cls(
            source=source,
            field=field,
            industry=industry,
            n=found.before.share_right.n,
            macro_f1_before=found.before.macro_f1,
            macro_f1_after=found.after.macro_f1,
            macro_f1_change=found.macro_f1,
            right_before=found.before.share_right,
            right_after=found.after.share_right,
            right_change=found.share_right,
        )


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """So many voices, or opinions, would go from one label to another; an empty label is none."""

    before: str
    after: str
    n: int


class ChangedVoice(msgspec.Struct, frozen=True, kw_only=True):
    """A voice that would be labelled otherwise: as a whole, or an opinion from `start` to `end`."""

    feedback_id: str
    before: str
    after: str
    aspect: str = ""
    start: int = 0
    end: int = 0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `compared_with` names the model that was in use; `n_written` clauses and `n_lessons`
    corrections were learned.

    Of `n_voices` read, `n_changed` would have another label as a whole, `n_touched` that or another opinion.
    """

    compared_with: str
    n_written: int
    n_lessons: int
    figures: list[Figure]
    n_voices: int
    n_changed: int
    moves: list[Move]
    examples: list[ChangedVoice]
    n_touched: int = 0
    opinion_moves: list[Move] = []

    @property
    def share_touched(self) -> float:
        """Of the voices read, 0 to 1."""
        return max(self.n_touched, self.n_changed) / max(1, self.n_voices)
