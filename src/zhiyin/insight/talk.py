"""A conversation as the page of a voice shows it: its turns with what happened at them, and its course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from zhiyin.console.templatetags.shell import page_language
from zhiyin.insight.highlights import Piece, mark_up
from zhiyin.insight.voice_page import find_place
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries import FeedbackDetail
from zhiyin.listen.queries.conversations import ConversationOut, MarkOut, find_conversation
from zhiyin.listen.queries.turns import TurnOut

KINDS = {
    "promise": _("Promise"),
    "told_again": _("Told again"),
    "asked_again": _("Asked again"),
    "handed_over": _("Handed over"),
    "no_way_to_person": _("No way to a person"),
    "beside_the_point": _("Beside the point"),
    "interruption": _("Interrupted"),
}
_TONES = {"promise": "good", "handed_over": "info", "interruption": "info"}
_WITH_WORDS = ("promise", "handed_over", "asked_again", "no_way_to_person")
OUTCOMES = {"solved": _("Solved, the customer says"), "unsolved": _("Not solved, the customer says")}
_BAR_WIDTH = 100.0
_LEVEL = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkNote:
    """What happened at a turn. `about` is the number of the other turn, from 1; None where there is none.

    `due` is when a promise is due, in the unit's zone and the page's language.
    """

    mark: MarkOut
    name: str
    tone: str
    about: int | None
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkPromise:
    """What was promised, at which turn (from 1), and by when; empty where no time was named."""

    words: str
    number: int
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkLine:
    """A turn as the page shows it; numbers count from 1, `silence_s` is how long nobody spoke before it."""

    number: int
    turn: TurnOut
    clock: str
    pieces: list[Piece]
    notes: list[TalkNote]
    silence_s: float | None
    sentiment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareBar:
    """A speaker's part of the bar, from `left` on; all of it is 100 wide."""

    speaker: str
    share: float
    left: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """How often something happened, and the turn where it did first."""

    name: str
    tone: str
    n: int
    first: int


def make_talk_lines(
    turns: Sequence[TurnOut], *, detail: FeedbackDetail, conversation: ConversationOut | None, zone: str
) -> list[TalkLine]:
    """The turns with their opinions (the customer's), and what was found at them; times in `zone`."""
    marks = _by_turn(conversation, n_turns=len(turns))
    return [
        _line(turn, row=row, detail=detail, marks=marks.get(row, []), conversation=conversation, zone=zone)
        for row, turn in enumerate(turns)
    ]


def read_talk(detail: FeedbackDetail) -> ConversationOut | None:
    """What the conversation means; None where the voice is none, or was stored before that was found."""
    if not detail.feedback.n_turns:
        return None
    return find_conversation(open_lake(), feedback_id=detail.feedback.feedback_id)


def build_talk_panel(_request: HttpRequest, detail: FeedbackDetail) -> Mapping[str, object]:
    """What the panel of a conversation shows; empty for other voices."""
    talk = read_talk(detail)
    if talk is None:
        return {}
    zone = find_place(detail, language=page_language()).zone
    return {
        "talk": talk,
        "bars": _bars(talk),
        "counts": _counts(talk),
        "promises": [
            TalkPromise(words=mark.words, number=mark.turn + 1, due=_due(mark.due, zone=zone))
            for mark in talk.of("promise")
        ],
        "outcome": OUTCOMES.get(talk.outcome or "", ""),
        "duration": as_clock(talk.duration_s),
        "mood": _mood(talk),
    }


def as_clock(seconds: float | None) -> str:
    """Minutes and seconds, with hours where there are any; empty for None.

    >>> as_clock(65.4), as_clock(3661), as_clock(None)
    ('1:05', '1:01:01', '')
    """
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _line(
    turn: TurnOut,
    *,
    row: int,
    detail: FeedbackDetail,
    marks: Sequence[MarkOut],
    conversation: ConversationOut | None,
    zone: str,
) -> TalkLine:
    place = turn.start or 0
    spans = [(mark.start + place, mark.end + place) for mark in marks if mark.kind in _WITH_WORDS]
    pieces = (
        mark_up(turn.text, hits=spans)
        if turn.start is None
        else mark_up(
            detail.feedback.text,
            opinions=detail.opinions,
            hits=spans,
            start=turn.start,
            end=turn.start + len(turn.text),
        )
    )
    return TalkLine(
        number=row + 1,
        turn=turn,
        clock=as_clock(turn.at_seconds),
        pieces=pieces,
        notes=[_note(mark, zone=zone) for mark in marks if mark.kind in KINDS],
        silence_s=next((mark.seconds for mark in marks if mark.kind == "silence"), None),
        sentiment=_sentiment(turn, row=row, conversation=conversation),
    )


def _due(moment: datetime | None, *, zone: str) -> str:
    """Date and time, with the year if it is another than this one; the end of a day as the day alone."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone))
    is_other_year = local.year != timezone.localtime().year
    is_whole_day = (local.hour, local.minute) == (23, 59)
    if page_language() == "zh":
        form = ("Y年" if is_other_year else "") + ("n月j日" if is_whole_day else "n月j日 H:i")
    else:
        form = ("j M Y" if is_other_year else "j M") + ("" if is_whole_day else " H:i")
    return formats.date_format(local, form)


def _sentiment(turn: TurnOut, *, row: int, conversation: ConversationOut | None) -> str | None:
    if conversation is None or turn.speaker != "customer" or row >= len(conversation.turns):
        return None
    return conversation.turns[row].sentiment


def _by_turn(conversation: ConversationOut | None, *, n_turns: int) -> dict[int, list[MarkOut]]:
    found: dict[int, list[MarkOut]] = {}
    for mark in conversation.marks if conversation else []:
        if mark.turn < n_turns:
            found.setdefault(mark.turn, []).append(mark)
    return found


def _note(mark: MarkOut, *, zone: str) -> TalkNote:
    return TalkNote(
        mark=mark,
        name=str(KINDS[mark.kind]),
        tone=_TONES.get(mark.kind, "bad"),
        about=None if mark.about is None or mark.kind == "interruption" else mark.about + 1,
        due=_due(mark.due, zone=zone),
    )


def _bars(talk: ConversationOut) -> list[ShareBar]:
    bars, left = [], 0.0
    shares = (("customer", talk.customer_share), ("staff", talk.staff_share), ("robot", talk.robot_share))
    for speaker, share in shares:
        if share:
            width = round(share * _BAR_WIDTH, 1)
            bars.append(ShareBar(speaker=speaker, share=share, left=round(left, 1), width=width))
            left += width
    return bars


def _counts(talk: ConversationOut) -> list[KindCount]:
    counts = []
    for kind, name in KINDS.items():
        marks = talk.of(kind)
        if marks:
            tone = _TONES.get(kind, "bad")
            counts.append(KindCount(name=str(name), tone=tone, n=len(marks), first=marks[0].turn + 1))
    return counts


def _mood(talk: ConversationOut) -> str:
    if talk.mood_start is None or talk.mood_end is None:
        return ""
    change = talk.mood_end - talk.mood_start
    if change > _LEVEL:
        return str(_("Better at the end than at the start"))
    return str(_("Worse at the end than at the start") if change < -_LEVEL else _("Much the same throughout"))
