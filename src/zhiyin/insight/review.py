"""The review queue as its page shows it: doubtful voices as cards, and what can be said of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhiyin.insight.queries.doubtful import DOUBTS, Doubt, list_doubts
from zhiyin.insight.queries.rows import TABLES, VoiceRow, read_rows
from zhiyin.insight.state import ViewState
from zhiyin.insight.voice_list import voice_url
from zhiyin.insight.voice_names import SENTIMENTS, names_of_units
from zhiyin.insight.voice_page import OpinionLine, make_opinion_lines
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries import FeedbackDetail
from zhiyin.listen.queries.feedback import FeedbackOut, OpinionOut
from zhiyin.listen.queries.judged import count_changes, find_judgements

SHOWN = 10
SKIPPED = "review_skipped"
MOST_SKIPPED = 500
DOUBT_NAMES = {
    "disputed": _("Two people disagree"),
    "stars": _("The stars say otherwise"),
    "opinions": _("The opinions say otherwise"),
    "unsure": _("The model is unsure"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One doubtful voice; `others` are the sentiments that it could have instead."""

    voice: FeedbackOut
    url: str
    unit: str
    doubts: list[str]
    confidence: float
    n_changes: int
    marked: list[OpinionOut]
    opinions: list[OpinionLine]
    others: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtOption:
    """One kind of doubt to look at alone; an empty code is all of them."""

    code: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The page: the first cards of `n` doubtful voices."""

    cards: list[Card]
    n: int
    doubt: str
    options: list[DoubtOption]
    n_skipped: int


def read_review(request: HttpRequest, *, state: ViewState) -> Review:
    """The queue that the request asks for: by period, unit and aspect, as any list, and by kind of doubt."""
    wanted = request.GET.get("doubt", "")
    doubt = wanted if wanted in DOUBTS else ""
    judged, skipped = find_judgements(), list_skipped(request)
    with open_lake().connect(*TABLES) as connection:
        found = list_doubts(
            connection,
            scope=state.scope,
            filter=state.filter,
            disputed=judged.disputed,
            settled=judged.settled | set(skipped),
            doubt=doubt,
            limit=SHOWN,
        )
        ids = [one.feedback_id for one in found.first]
        read = read_rows(connection, ids, days={one.day for one in found.first})
    rows = {row.feedback.feedback_id: row for row in read}
    units = names_of_units(row.feedback.unit_id for row in read)
    changes = count_changes(ids)
    return Review(
        cards=[
            _card(
                one,
                row=rows[one.feedback_id],
                state=state,
                unit=units.get(rows[one.feedback_id].feedback.unit_id or 0, ""),
                n_changes=changes.get(one.feedback_id, 0),
            )
            for one in found.first
            if one.feedback_id in rows
        ],
        n=found.n,
        doubt=doubt,
        options=_options(doubt),
        n_skipped=len(skipped),
    )


def list_skipped(request: HttpRequest) -> list[str]:
    """The voices that this visitor put aside until they sign out."""
    kept = request.session.get(SKIPPED, [])
    return kept if isinstance(kept, list) else []


def _card(one: Doubt, *, row: VoiceRow, state: ViewState, unit: str, n_changes: int) -> Card:
    voice = row.feedback
    detail = FeedbackDetail(feedback=voice, opinions=row.opinions, reply=None, revisions=[])
    return Card(
        voice=voice,
        url=voice_url(voice.feedback_id, state=state),
        unit=unit,
        doubts=[str(DOUBT_NAMES[code]) for code in one.doubts],
        confidence=one.confidence,
        n_changes=n_changes,
        marked=row.opinions,
        opinions=make_opinion_lines(detail, language=state.language, corrections=None),
        others={code: str(name) for code, name in SENTIMENTS.items() if code != voice.sentiment},
    )


def _options(chosen: str) -> list[DoubtOption]:
    return [
        DoubtOption(code="", name=str(_("Everything doubtful")), is_chosen=not chosen),
        *(
            DoubtOption(code=code, name=str(name), is_chosen=code == chosen)
            for code, name in DOUBT_NAMES.items()
        ),
    ]
