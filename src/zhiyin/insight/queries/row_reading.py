"""Whole voices with their opinions, for ids that were found before."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

import duckdb
import msgspec

from zhiyin.errors import NotFound
from zhiyin.insight import dialect
from zhiyin.insight.selection import Parameter
from zhiyin.insight.statements import run
from zhiyin.listen.queries.feedback import FeedbackOut, OpinionOut, day_in, read_voices, write_days
from zhiyin.people.scope import Scope

TABLES = ("feedback", "opinions", "replies")


class VoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One voice of the list, with what it says of which aspect, and whether the company answered."""

    feedback: FeedbackOut
    opinions: list[OpinionOut]
    is_answered: bool


class IdRow(msgspec.Struct, frozen=True, kw_only=True):
    """An id alone."""

    feedback_id: str


class _OpinionRow(OpinionOut, frozen=True, kw_only=True):
    feedback_id: str


def find_rows(connection: duckdb.DuckDBPyConnection, *, scope: Scope, ids: Sequence[str]) -> list[VoiceRow]:
    """The voices of these ids that the scope allows, in the order given; unknown ones are left out."""
    days: dict[str, date] = {}
    for feedback_id in dict.fromkeys(ids):
        with suppress(NotFound):
            days[feedback_id] = day_in(feedback_id)
    rows = read_rows(connection, list(days), days=set(days.values()))
    return [row for row in rows if scope.allows(row.feedback.unit_id)]


def read_rows(
    connection: duckdb.DuckDBPyConnection, ids: Sequence[str], *, days: set[date]
) -> list[VoiceRow]:
    """The voices of these ids, which were found within the asker's scope, in this order."""
    if not ids:
        return []
    voices = {voice.feedback_id: voice for voice in read_voices(connection, list(ids), days=sorted(days))}
    given: dict[str, Parameter] = {"ids": list(ids)}
    parts = {
        "ids": dialect.members("$ids", kind="VARCHAR"),
        "days": write_days(days),
    }
    opinions: dict[str, list[OpinionOut]] = {}
    for opinion in run(connection, "rows_opinions", row=_OpinionRow, parameters=given, **parts):
        opinions.setdefault(opinion.feedback_id, []).append(opinion)
    answered = {
        one.feedback_id for one in run(connection, "rows_answered", row=IdRow, parameters=given, **parts)
    }
    return [
        VoiceRow(
            feedback=voices[feedback_id],
            opinions=opinions.get(feedback_id, []),
            is_answered=feedback_id in answered,
        )
        for feedback_id in ids
        if feedback_id in voices
    ]
