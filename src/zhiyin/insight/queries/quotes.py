"""Customers' own words, with what they speak of marked in the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import duckdb
import msgspec

from zhiyin.insight import dialect
from zhiyin.insight.local_days import EPOCH
from zhiyin.insight.selection import Parameter, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.listen.pipeline.columns import day_of
from zhiyin.listen.queries.feedback import OpinionOut
from zhiyin.people.models import OrgUnit
from zhiyin.people.scope import Scope

Order = Literal["newest", "telling"]
_N_TELLING = 300
_OPINIONS_A_VOICE = 8  # a voice that says more of one aspect leaves room for fewer others


class _Said(OpinionOut, frozen=True, kw_only=True):
    feedback_id: str


class _Id(msgspec.Struct, frozen=True, kw_only=True):
    feedback_id: str
    day: date | None


class _Text(msgspec.Struct, frozen=True, kw_only=True):
    feedback_id: str
    occurred_at: datetime | None
    unit_id: int | None
    channel: str | None
    product: str | None
    stars: float | None
    urgency: int
    urgency_reasons: list[str] | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One voice: its masked text, the opinions to mark in it, and where it comes from."""

    feedback_id: str
    occurred_at: datetime | None
    unit_id: int | None
    unit_name: str
    channel: str | None
    product: str | None
    stars: float | None
    urgency: int
    reasons: Sequence[str]
    text: str
    opinions: Sequence[OpinionOut]


def list_quotes(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter | None = None,
    order: Order = "newest",
    limit: int = 5,
) -> list[Quote]:
    """The `limit` first voices with words; only opinions on `filter.aspects` are marked, if it names any.

    `telling`: those of the latest few hundred whose words are the most useful. One pass over narrow
    columns; then the few texts and opinions in the folders of their days.
    """
    wanted = filter or VoiceFilter()
    found = _find(connection, scope=scope, filter=wanted, order=order, limit=limit)
    if not found:
        return []
    few, pieces = _narrow(found)
    texts = {
        row.feedback_id: row for row in run(connection, "word_texts", row=_Text, parameters=few, **pieces)
    }
    said = run(connection, "word_opinions", row=_Said, parameters=few, **pieces)
    marked = [one for one in said if not wanted.aspects or one.aspect in wanted.aspects]
    names = _name_units(row.unit_id for row in texts.values())
    return [
        _quote(texts[one], said=[o for o in marked if o.feedback_id == one], names=names)
        for one in (row.feedback_id for row in found)
        if one in texts
    ]


def list_quotes_of(connection: duckdb.DuckDBPyConnection, *, scope: Scope, ids: Sequence[str]) -> list[Quote]:
    """These voices in this order, less those that the scope does not allow or that are gone."""
    known = [_Id(feedback_id=one, day=_day_in(one)) for one in ids]
    if not known:
        return []
    few, pieces = _narrow(known)
    rows = run(connection, "word_texts", row=_Text, parameters=few, **pieces)
    texts = {row.feedback_id: row for row in rows if scope.allows(row.unit_id)}
    said = run(connection, "word_opinions", row=_Said, parameters=few, **pieces)
    names = _name_units(row.unit_id for row in texts.values())
    return [
        _quote(texts[one], said=[o for o in said if o.feedback_id == one], names=names)
        for one in ids
        if one in texts
    ]


def _day_in(feedback_id: str) -> date | None:
    """The folder of the voice; None for an id that names no day."""
    with suppress(ValueError, OverflowError):
        return EPOCH + timedelta(days=day_of(feedback_id))
    return None


def _find(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, order: Order, limit: int
) -> list[_Id]:
    """The voices to quote, without touching a text."""
    chosen = select(scope, filter=filter)
    n = _N_TELLING if order == "telling" else limit
    if filter.aspects or filter.polarities:
        rows = run(
            connection,
            "word_ids_spoken",
            row=_Id,
            parameters={**chosen.parameters, "n_opinions": n * _OPINIONS_A_VOICE},
            kept_opinions=chosen.kept_opinions,
        )
        found = list({row.feedback_id: row for row in rows}.values())[:n]
    else:
        found = run(
            connection,
            "word_ids",
            row=_Id,
            parameters={**chosen.parameters, "n_quoted": n},
            kept_voices=chosen.kept_voices,
        )
    if order == "newest" or not found:
        return found
    few, pieces = _narrow(found)
    return run(connection, "word_useful", row=_Id, parameters={**few, "n_quoted": limit}, **pieces)


def _narrow(found: Sequence[_Id]) -> tuple[dict[str, Parameter], dict[str, str]]:
    """Parameters and conditions that find these voices in the folders of their days."""
    days = sorted({row.day.isoformat() for row in found if row.day})
    has_all_days = all(row.day for row in found)
    return {"ids": [row.feedback_id for row in found], "days": days}, {
        "ids": dialect.members("$ids", kind="VARCHAR"),
        "within_days": f"day IN ({dialect.members('$days', kind='DATE')})" if has_all_days else "TRUE",
    }


def _name_units(unit_ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {unit_id for unit_id in unit_ids if unit_id is not None}
    return dict(OrgUnit.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def _quote(row: _Text, *, said: Sequence[OpinionOut], names: Mapping[int, str]) -> Quote:
    return Quote(
        feedback_id=row.feedback_id,
        occurred_at=row.occurred_at.astimezone(UTC) if row.occurred_at else None,
        unit_id=row.unit_id,
        unit_name=names.get(row.unit_id or 0, ""),
        channel=row.channel,
        product=row.product,
        stars=row.stars,
        urgency=row.urgency,
        reasons=row.urgency_reasons or [],
        text=row.text,
        opinions=said,
    )
