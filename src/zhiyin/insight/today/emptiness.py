"""What Home says where there is nothing to show: why, and the way on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import duckdb
from django.urls import reverse

from zhiyin.insight.periods import CUSTOM
from zhiyin.insight.queries.attention import find_newest
from zhiyin.insight.selection import VoiceFilter
from zhiyin.insight.state import ViewState

_DAYS_SHOWN = timedelta(days=29)


@dataclass(frozen=True, slots=True, kw_only=True)
class Emptiness:
    """`nothing`: the asker has no voice at all; `period`: voices lie elsewhere in time; `filter`: other
    choices hide them. `newest` is the newest there is, `href` leads to it.
    """

    kind: Literal["nothing", "period", "filter"]
    newest: datetime | None = None
    href: str = ""


def explain_emptiness(connection: duckdb.DuckDBPyConnection, *, state: ViewState) -> Emptiness:
    """Why this state has no voices; to be asked only where that is so. Up to two passes over a column."""
    newest = find_newest(connection, scope=state.scope, filter=state.filter)
    if newest is not None:
        return Emptiness(kind="period", newest=newest, href=_period_until(newest, state=state))
    newest = find_newest(connection, scope=state.scope, filter=VoiceFilter())
    if newest is not None:
        return Emptiness(kind="filter", newest=newest, href=reverse("home"))
    return Emptiness(kind="nothing")


def _period_until(newest: datetime, *, state: ViewState) -> str:
    last = newest.astimezone(state.zone).date()
    first = last - _DAYS_SHOWN
    return state.url("home", period=CUSTOM, since=first.isoformat(), until=last.isoformat())
