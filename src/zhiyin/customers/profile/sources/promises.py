"""What staff promised the customer in conversations."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.utils.translation import gettext as _

from zhiyin.customers.profile.facts import ask, units_of, within, write_keys
from zhiyin.customers.profile.index import connect, narrow
from zhiyin.customers.profile.index.told import PROMISE
from zhiyin.customers.profile.sources.voices import voice_url
from zhiyin.customers.profile.timeline import Detail, TimelineAsk, TimelineEntry
from zhiyin.customers.profile.wording import say_moment


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """What was promised, in masked words; `due` is None where no time was named."""

    feedback_id: str
    occurred_at: datetime
    unit_id: int | None
    channel: str
    turn: int
    words: str
    due: datetime | None


def list_promises(ask_for: TimelineAsk) -> list[Promise]:
    """The promises in the customer's conversations, the newest first."""
    found = narrow(ask_for, table="feedback", id_column="feedback_id", kinds=[PROMISE])
    if found.is_nothing:
        return []
    conditions = ["is_current", "n_turns > 0", within(ask_for.scope), found.where]
    conditions += ["occurred_at < $before"] if ask_for.before else []
    query = f"""
WITH talks AS (
    SELECT feedback_id, occurred_at, unit_id, channel, unnest(conversation.marks) AS mark FROM feedback
    WHERE author_key IN ({write_keys(ask_for.keys)}) AND {" AND ".join(conditions)}
)
SELECT feedback_id, occurred_at, unit_id, channel, mark.turn AS turn, coalesce(mark.words, '') AS words,
    mark.due AS due
FROM talks WHERE mark.kind = 'promise'
    AND ($text = '' OR contains(lower(coalesce(mark.words, '')), $text))
ORDER BY occurred_at DESC, feedback_id DESC, turn DESC LIMIT $n
"""  # noqa: S608 - parts of our own; values are parameters
    values = {
        "units": units_of(ask_for.scope),
        "before": ask_for.before,
        "text": ask_for.text.lower(),
        "n": ask_for.limit,
    }
    with connect(found, "feedback") as connection:
        return ask(connection, query, row=Promise, values=values)


def read_promises(ask_for: TimelineAsk) -> list[TimelineEntry]:
    """The promises as entries at the time of the conversation."""
    return [_entry(one) for one in list_promises(ask_for)]


def _entry(one: Promise) -> TimelineEntry:
    href = voice_url(one.feedback_id)
    due = [Detail(label=_("Due"), value=say_moment(one.due))] if one.due else []
    return TimelineEntry(
        at=one.occurred_at,
        kind="promise",
        entry_id=f"{one.feedback_id}-{one.turn}",
        title=_("Was promised something"),
        text=one.words,
        href=f"{href}#turn-{one.turn + 1}" if href else "",
        unit_id=one.unit_id,
        channel=one.channel,
        details=due,
    )
