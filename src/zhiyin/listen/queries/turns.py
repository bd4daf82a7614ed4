"""Reads a conversation turn by turn, masked."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from zhiyin.engine import Engine
from zhiyin.errors import NotFound
from zhiyin.listen.importers.transcripts import GUESSED
from zhiyin.listen.items import AuthorIn, TurnIn
from zhiyin.listen.pipeline.masking import cover_author, mask_texts
from zhiyin.listen.queries.feedback import FeedbackDetail
from zhiyin.listen.queries.originals import open_item


class TurnOut(msgspec.Struct, frozen=True, kw_only=True):
    """One turn; `speaker` is `customer`, `staff` or `robot`; seconds from the start of the conversation.

    `start` is where a customer's turn begins in the voice's text, so that opinions find their place.
    `is_guess`: the source did not say plainly who spoke.
    """

    speaker: str
    text: str
    start: int | None
    at_seconds: float | None
    is_guess: bool = False


def list_turns(engine: Engine, detail: FeedbackDetail) -> list[TurnOut]:
    """The turns of the voice, which the asker has read within the scope; empty where it has none."""
    feedback = detail.feedback
    if not feedback.n_turns:
        return []
    try:
        item = open_item(engine, feedback_id=feedback.feedback_id, revision=feedback.revision)
    except NotFound:
        return []
    turns = [turn for turn in item.turns if turn.text]
    is_guess = item.attributes.get(GUESSED) is True
    masked = _mask_others(turns, author=item.author)
    # As `said_text` joined them; masking keeps every length.
    place = len(item.text) + 1 if item.text else 0
    found = []
    for turn, text in zip(turns, masked, strict=True):
        start = place if turn.speaker == "customer" else None
        said = text if start is None else feedback.text[start : start + len(turn.text)]
        found.append(
            TurnOut(
                speaker=turn.speaker,
                text=said,
                start=start,
                at_seconds=turn.start_seconds,
                is_guess=is_guess,
            )
        )
        place += len(turn.text) + 1 if start is not None else 0
    return found


def _mask_others(turns: Sequence[TurnIn], *, author: AuthorIn | None) -> list[str]:
    """Masked texts of the turns; empty for the customer's, which are masked in the voice already."""
    return mask_texts(
        ["" if turn.speaker == "customer" else cover_author(turn.text, author) for turn in turns]
    )
