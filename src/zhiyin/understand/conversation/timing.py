"""Who spoke how much, where nobody spoke, and who spoke into whose words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zhiyin.understand.conversation.model import Limits, Mark, Speaker, Talk, Turn

_SPEAKERS: tuple[Speaker, ...] = ("customer", "staff", "robot", "unknown")


@dataclass(frozen=True, slots=True)
class _Gap:
    turn: int
    seconds: float


def measure_talk(turns: Sequence[Turn], *, limits: Limits) -> tuple[Talk, list[Mark]]:
    """Shares and silences of a conversation, and the marks at silences and interruptions.

    Shares go by time where every turn with words has its start and end, else by characters. A silence is a
    gap of at least `limits.silence_s` in which nobody's turn lasts; it stands at the turn that ends it. An
    interruption begins at least `limits.overlap_s` before another speaker's turn ends.
    """
    spoken = [row for row, turn in enumerate(turns) if turn.text.strip()]
    timed = [row for row in spoken if _length(turns[row]) is not None]
    is_timed = bool(timed) and len(timed) == len(spoken)
    sizes = [(_length(turns[row]) or 0.0) if is_timed else float(len(turns[row].text)) for row in spoken]
    shares = _shares([turns[row].speaker for row in spoken], sizes)
    gaps = list(_gaps(turns, limits=limits))
    times = [time for turn in turns for time in (turn.start_s, turn.end_s) if time is not None]
    waited = sum(gap.seconds for gap in gaps if turns[gap.turn].speaker in ("staff", "robot"))
    talk = Talk(
        **shares,
        is_timed=is_timed,
        duration_s=max(times) - min(times) if len(times) > 1 else None,
        silence_s=sum(gap.seconds for gap in gaps) if timed else None,
        longest_silence_s=max((gap.seconds for gap in gaps), default=0.0) if timed else None,
        waited_s=waited if timed else None,
    )
    silences = [Mark(kind="silence", turn=gap.turn, start=0, end=0, seconds=gap.seconds) for gap in gaps]
    return talk, [*silences, *_interruptions(turns, limits=limits)]


def _length(turn: Turn) -> float | None:
    if turn.start_s is None or turn.end_s is None or turn.end_s < turn.start_s:
        return None
    return turn.end_s - turn.start_s


def _shares(speakers: Sequence[Speaker], sizes: Sequence[float]) -> dict[str, float]:
    total = sum(sizes)
    if not total:
        return {}
    return {
        speaker: sum(size for one, size in zip(speakers, sizes, strict=True) if one == speaker) / total
        for speaker in _SPEAKERS
    }


def _gaps(turns: Sequence[Turn], *, limits: Limits) -> Iterator[_Gap]:
    heard_until: float | None = None
    for row, turn in enumerate(turns):
        if turn.start_s is None:
            # What happened meanwhile is not known.
            heard_until = None
            continue
        if heard_until is not None and turn.start_s - heard_until >= limits.silence_s:
            yield _Gap(row, turn.start_s - heard_until)
        end = turn.end_s
        heard_until = None if end is None else max(heard_until or 0.0, end)


def _interruptions(turns: Sequence[Turn], *, limits: Limits) -> Iterator[Mark]:
    for row in range(1, len(turns)):
        turn, before = turns[row], turns[row - 1]
        if turn.start_s is None or before.end_s is None or before.start_s is None:
            continue
        overlap = min(before.end_s, turn.end_s if turn.end_s is not None else before.end_s) - turn.start_s
        if turn.speaker != before.speaker and turn.start_s > before.start_s and overlap >= limits.overlap_s:
            yield Mark(kind="interruption", turn=row, start=0, end=0, about=row - 1, seconds=overlap)
