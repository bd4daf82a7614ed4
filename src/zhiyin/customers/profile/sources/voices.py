"""What the customer said: voices, conversations, answers to surveys; each with the company's reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

import duckdb
import msgspec
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from zhiyin.customers.profile import naming
from zhiyin.customers.profile.facts import ask, units_of, within, write_keys
from zhiyin.customers.profile.index import connect, narrow
from zhiyin.customers.profile.index.finding import OTHERS, Narrowed
from zhiyin.customers.profile.index.told import TALK
from zhiyin.customers.profile.timeline import Detail, TimelineAsk, TimelineEntry, Tone
from zhiyin.customers.profile.wording import say_moment, say_seconds
from zhiyin.listen.queries.feedback import write_days

Kind = Literal["voice", "conversation", "survey"]
# Answers to surveys come by the channels that ask; talks have turns; the rest are voices.
_WHICH: Mapping[Kind, str] = {
    "voice": "coalesce(n_turns, 0) = 0 AND channel NOT IN (SELECT unnest(CAST($asked AS VARCHAR[])))",
    "conversation": "n_turns > 0",
    "survey": "coalesce(n_turns, 0) = 0 AND channel IN (SELECT unnest(CAST($asked AS VARCHAR[])))",
}
_TONES: Mapping[str, Tone] = {
    "positive": "positive",
    "negative": "negative",
    "neutral": "neutral",
    "mixed": "mixed",
}
_SOLVED = ("solved", "unsolved")


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    feedback_id: str
    day: date


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    feedback_id: str
    occurred_at: datetime
    unit_id: int | None
    channel: str
    product: str | None
    stars: float | None
    text: str | None
    sentiment: str | None
    urgency: int | None
    outcome: str | None
    talked_s: float | None
    reply: str | None
    replied_at: datetime | None


def read_voices(ask_for: TimelineAsk) -> list[TimelineEntry]:
    """What was said without being asked, not in a conversation."""
    return _read(ask_for, kind="voice")


def read_conversations(ask_for: TimelineAsk) -> list[TimelineEntry]:
    """Calls and chats."""
    return _read(ask_for, kind="conversation")


def read_surveys(ask_for: TimelineAsk) -> list[TimelineEntry]:
    """Answers to surveys."""
    return _read(ask_for, kind="survey")


def _read(ask_for: TimelineAsk, *, kind: Kind) -> list[TimelineEntry]:
    found = _narrow(ask_for, kind=kind, asked=naming.asked_channels())
    if found.is_nothing:
        return []
    with connect(found, "feedback", "replies") as connection:
        said = _read_said(connection, ask_for, kind=kind, where=found.where)
    channels = naming.channel_names()
    return [_entry(one, kind=kind, channels=channels) for one in said]


def _read_said(
    connection: duckdb.DuckDBPyConnection, ask_for: TimelineAsk, *, kind: Kind, where: str
) -> list[_Said]:
    """First narrow columns of all that the customer said, then the wide ones of this page alone."""
    conditions = [
        "is_current",
        "NOT coalesce(is_duplicate, FALSE)",
        within(ask_for.scope),
        _WHICH[kind],
        where,
    ]
    conditions += ["occurred_at < $before"] if ask_for.before else []
    conditions += ["contains(lower(text), $text)"] if ask_for.text else []
    values = {
        "units": units_of(ask_for.scope),
        "asked": naming.asked_channels(),
        "before": ask_for.before,
        "text": ask_for.text.lower(),
        "n": ask_for.limit,
    }
    found = ask(
        connection,
        f"SELECT feedback_id, day FROM feedback WHERE author_key IN ({write_keys(ask_for.keys)})"  # noqa: S608
        f" AND {' AND '.join(conditions)} ORDER BY occurred_at DESC, feedback_id DESC LIMIT $n",
        row=_Found,
        values=values,
    )
    if not found:
        return []
    days = write_days(one.day for one in found)
    ids = [one.feedback_id for one in found]
    return ask(connection, _PAGE.format(days=days), row=_Said, values={"ids": ids})


def _narrow(ask_for: TimelineAsk, *, kind: Kind, asked: Sequence[str]) -> Narrowed:
    if kind == "conversation":
        return narrow(ask_for, table="feedback", id_column="feedback_id", kinds=[TALK])
    if kind == "survey":
        return narrow(ask_for, table="feedback", id_column="feedback_id", kinds=asked or ["-"])
    kinds = [TALK, *asked, *OTHERS]
    return narrow(ask_for, table="feedback", id_column="feedback_id", kinds=kinds, excluded=True)


_PAGE = """
WITH chosen AS (
    SELECT * FROM feedback
    WHERE day IN ({days}) AND is_current
      AND feedback_id IN (SELECT unnest(CAST($ids AS VARCHAR[])))
), answered AS (
    SELECT feedback_id, any_value(text) AS reply, any_value(replied_at) AS replied_at FROM replies
    WHERE day IN ({days}) AND is_current
      AND feedback_id IN (SELECT unnest(CAST($ids AS VARCHAR[])))
    GROUP BY feedback_id
)
SELECT feedback_id, occurred_at, unit_id, channel, product, stars, text, sentiment, urgency,
    conversation.outcome AS outcome, conversation.duration_s AS talked_s, reply, replied_at
FROM chosen LEFT JOIN answered USING (feedback_id)
ORDER BY occurred_at DESC, feedback_id DESC
"""


def voice_url(feedback_id: str) -> str:
    """The page of a voice; empty where no room above has one."""
    try:
        return reverse("voice", args=[feedback_id])
    except NoReverseMatch:
        return ""


def _entry(one: _Said, *, kind: Kind, channels: Mapping[str, str]) -> TimelineEntry:
    channel = channels.get(one.channel, one.channel)
    titles: Mapping[Kind, str] = {
        "voice": _("Spoke: %(channel)s"),
        "conversation": _("Talked with us: %(channel)s"),
        "survey": _("Answered: %(channel)s"),
    }
    return TimelineEntry(
        at=one.occurred_at,
        kind=kind,
        entry_id=one.feedback_id,
        title=titles[kind] % {"channel": channel},
        text=one.text or "",
        href=voice_url(one.feedback_id),
        unit_id=one.unit_id,
        channel=one.channel,
        tone=_TONES.get(one.sentiment or "", ""),
        details=list(_details(one)),
    )


def _details(one: _Said) -> Sequence[Detail]:
    found = []
    if one.stars is not None:
        figure = f"{one.stars:.1f}".removesuffix(".0")
        found.append(Detail(label=_("Rating"), value=_("%(n)s of 5 stars") % {"n": figure}))
    if one.product:
        found.append(Detail(label=_("Product"), value=one.product))
    if one.talked_s:
        found.append(Detail(label=_("Talked"), value=say_seconds(one.talked_s)))
    if one.outcome in _SOLVED:
        is_solved = one.outcome == "solved"
        found.append(Detail(label=_("Outcome"), value=_("Solved") if is_solved else _("Not solved")))
    if one.reply:
        when = say_moment(one.replied_at) if one.replied_at else ""
        label = _("Our reply, %(when)s") % {"when": when} if when else _("Our reply")
        found.append(Detail(label=label, value=one.reply))
    return found
