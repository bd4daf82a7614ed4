"""What the company says that it will do, and by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zhiyin.understand.conversation.clauses import Piece, clauses_of, sentences_of
from zhiyin.understand.conversation.due import Due, IsWorkingDay, find_times, is_week_day
from zhiyin.understand.conversation.model import HeardTurn, Mark

_LONGEST_BARE = 8
"""Signs beside the time in a clause that only names the time of what was promised before."""
_LONGEST_CLAUSE = 300
_ARRIVES = ("到", "到达", "就到", "就能到", "到您家")


@dataclass(frozen=True, slots=True)
class _Clause:
    piece: Piece
    times: list[Due]
    is_soon: bool
    is_bare: bool
    is_act: bool
    is_commit: bool
    is_weak: bool
    is_barred: bool


class PromiseReader:
    """Reads the promises of one conversation, turn after turn."""

    def __init__(self, *, started_at: datetime | None, is_working_day: IsWorkingDay = is_week_day) -> None:
        self._started_at = started_at
        self._is_working_day = is_working_day

    def read(self, turns: Sequence[HeardTurn], *, offsets_s: Sequence[float | None]) -> list[Mark]:
        """The promises in order; `offsets_s` are the starts of the turns, None where unknown."""
        marks: list[Mark] = []
        for row, turn in enumerate(turns):
            if not turn.is_company:
                continue
            said_at = self._said_at(offsets_s[row])
            asked = _asked_when(turns, row)
            day = self._day_named(asked, said_at=said_at) or _day_promised(asked, marks)
            found = self._promises(turn, row=row, said_at=said_at, day=day)
            if not found and marks and (asked is not None or _is_doubted(turns, row)):
                found = self._answers_when(turn, row=row, said_at=said_at, day=day, about=marks[-1].turn)
            marks += found
        return marks

    def _said_at(self, offset_s: float | None) -> datetime | None:
        return self._started_at + timedelta(seconds=offset_s or 0) if self._started_at else None

    def _day_named(self, asked: HeardTurn | None, *, said_at: datetime | None) -> date | None:
        """The day that the customer asked about: "明天几点?"."""
        if asked is None or said_at is None:
            return None
        times = find_times(
            asked.folded[:_LONGEST_CLAUSE], said_at=said_at, is_working_day=self._is_working_day
        )
        moments = [one.moment for one in times if one.moment]
        return moments[-1].date() if moments else None

    def _promises(
        self, turn: HeardTurn, *, row: int, said_at: datetime | None, day: date | None
    ) -> list[Mark]:
        found = []
        for sentence in sentences_of(turn.folded):
            if _is_question(turn, sentence):
                continue
            clauses = [
                self._clause(turn, piece, said_at=said_at, day=day)
                for piece in clauses_of(turn.folded, sentence)
            ]
            mark = _promise_of(turn, clauses, row=row)
            if mark is not None:
                found.append(mark)
        return found

    def _clause(
        self, turn: HeardTurn, piece: Piece, *, said_at: datetime | None, day: date | None
    ) -> _Clause:
        start, end = piece.start, piece.end
        words = turn.folded[start:end]
        times = find_times(
            words[:_LONGEST_CLAUSE], said_at=said_at, day=day, is_working_day=self._is_working_day
        )
        times = [Due(start=one.start + start, end=one.end + start, moment=one.moment) for one in times]
        n_timed = sum(one.end - one.start for one in times)
        plain = words.strip(" ,.!?;:~、。\n")
        arrives = bool(times) and plain.endswith(_ARRIVES)
        is_sure = turn.has("commit", start=start, end=end)
        # Whatever is done for the customer by a time, or surely, counts: the list of acts has an end.
        is_now = "一下" in words or turn.has("waits", "handover", start=start, end=end)
        is_given = turn.has("to_you", start=start, end=end) and not is_now
        barred = turn.has("cannot", "general", start=start, end=end) or _is_past(times, said_at=said_at)
        return _Clause(
            piece=piece,
            times=times,
            is_soon=turn.has("soon", start=start, end=end),
            is_bare=bool(times) and len(plain) - n_timed <= _LONGEST_BARE,
            is_act=turn.has("act", start=start, end=end)
            or arrives
            or (is_given and (bool(times) or is_sure)),
            is_commit=is_sure or arrives,
            is_weak=turn.has("weak_commit", start=start, end=end),
            is_barred=barred or (turn.has("done", start=start, end=end) and not times),
        )

    def _answers_when(
        self, turn: HeardTurn, *, row: int, said_at: datetime | None, day: date | None, about: int
    ) -> list[Mark]:
        """A time alone, or only "I promise", in answer to what the customer asks back after a promise."""
        if turn.has("cannot", "general", "question"):
            return []
        times = find_times(
            turn.folded[:_LONGEST_CLAUSE], said_at=said_at, day=day, is_working_day=self._is_working_day
        )
        if not times and len(turn.folded) <= _LONGEST_BARE and turn.has("commit"):
            return [Mark(kind="promise", turn=row, start=0, end=len(turn.folded), about=about)]
        if not times or len(turn.folded) - sum(one.end - one.start for one in times) > 2 * _LONGEST_BARE:
            return []
        start, end = times[0].start, times[-1].end
        return [Mark(kind="promise", turn=row, start=start, end=end, about=about, due=_latest(times))]


def _day_promised(asked: HeardTurn | None, marks: Sequence[Mark]) -> date | None:
    """The day of the last promise, where the customer asks for the time of it."""
    return marks[-1].due.date() if asked is not None and marks and marks[-1].due else None


def _promise_of(turn: HeardTurn, clauses: Sequence[_Clause], *, row: int) -> Mark | None:
    sure = [one for one in clauses if one.is_act and not one.is_barred]
    open_times = [one for one in clauses if one.times and not one.is_barred]
    is_asking = (
        turn.has("asked_of_customer", start=clauses[0].piece.start, end=clauses[-1].piece.end)
        if clauses
        else False
    )
    kept = [
        one
        for one in sure
        if (one.is_commit and not is_asking)
        or ((one.times or one.is_soon) and (one.is_weak or one.is_commit or one.is_act))
        or (one.is_weak and any(other.is_bare or other.is_soon for other in clauses if other is not one))
    ]
    if not kept:
        return None
    bare = [one for one in open_times if one not in kept]
    parts = sorted([*kept, *bare], key=lambda one: one.piece.start)
    times = [time for one in parts for time in one.times]
    start, end = _trimmed(turn.folded, parts[0].piece.start, parts[-1].piece.end)
    return Mark(kind="promise", turn=row, start=start, end=end, due=_latest(times))


def _is_past(times: Sequence[Due], *, said_at: datetime | None) -> bool:
    moments = [one.moment for one in times if one.moment]
    return said_at is not None and bool(moments) and max(moments) < said_at


def _is_question(turn: HeardTurn, sentence: Piece) -> bool:
    words = turn.folded[sentence.start : sentence.end].rstrip(" 。\n")
    return words.endswith(("?", "吗", "呢", "么", "好不好", "行不行")) or (
        turn.has("question", start=sentence.start, end=sentence.end)
        and words.endswith(("方便", "什么时候", "多少", "哪天", "几点", "贵姓"))
    )


def _asked_when(turns: Sequence[HeardTurn], row: int) -> HeardTurn | None:
    for turn in reversed(turns[max(row - 2, 0) : row]):
        if turn.speaker in ("customer", "unknown"):
            return turn if turn.has("when_asked") else None
    return None


def _is_doubted(turns: Sequence[HeardTurn], row: int) -> bool:
    """Whether the customer asks back just before ("你保证?")."""
    before = turns[row - 1] if row else None
    return before is not None and before.speaker == "customer" and before.has("commit", "question")


def _latest(times: Sequence[Due]) -> datetime | None:
    return max((one.moment for one in times if one.moment), default=None)


def _trimmed(folded: str, start: int, end: int) -> tuple[int, int]:
    signs = " ,.!?;:~、。\n"
    while start < end and folded[start] in signs:
        start += 1
    while end > start and folded[end - 1] in signs:
        end -= 1
    return start, end
