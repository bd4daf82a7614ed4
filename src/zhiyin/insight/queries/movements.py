"""Which aspects became worse or better against the period before."""

from __future__ import annotations

import duckdb
import msgspec

from zhiyin.insight import dialect
from zhiyin.insight.board import Figure
from zhiyin.insight.queries.aspects import AspectCounts, Mentions
from zhiyin.insight.selection import Selection, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.measure.comparison import changes
from zhiyin.measure.net_sentiment import net_sentiment
from zhiyin.people.scope import Scope


class AspectMove(msgspec.Struct, frozen=True, kw_only=True):
    """One aspect whose net sentiment really changed; `n_people` voices of the period speak badly of it."""

    aspect: str
    aspect_name: str
    net_sentiment: Figure
    n_people: int


class Movements(msgspec.Struct, frozen=True, kw_only=True):
    """The farthest moves first; `n_worsened` and `n_improved` in all, of `n_compared` aspects."""

    worsened: list[AspectMove]
    improved: list[AspectMove]
    n_worsened: int
    n_improved: int
    n_compared: int


class _CountRow(msgspec.Struct, frozen=True, kw_only=True):
    aspect: str
    n: int


def list_movements(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    mentions: Mentions,
    limit: int = 5,
    with_people: bool = True,
) -> Movements:
    """Aspects whose change of net sentiment is real, all aspects judged as one family (`changes`).

    Empty where the period has none before it. One small pass for the people behind the few shown, unless
    `with_people` is False; then `n_people` is 0.
    """
    moves = _judge(mentions) if mentions.has_before else []
    known = [(counts, figure) for counts, figure in moves if _verdict(figure) != "unknown"]
    worse = sorted((m for m in known if _verdict(m[1]) == "fall"), key=lambda m: _by(m[1]))
    better = sorted((m for m in known if _verdict(m[1]) == "rise"), key=lambda m: -_by(m[1]))
    shown = [*worse[:limit], *better[:limit]]
    asked_for = [counts.aspect for counts, _ in shown] if with_people else []
    people = _count_people(connection, chosen=select(scope, filter=filter), aspects=asked_for)
    return Movements(
        worsened=[_move(*move, people=people) for move in worse[:limit]],
        improved=[_move(*move, people=people) for move in better[:limit]],
        n_worsened=len(worse),
        n_improved=len(better),
        n_compared=len(known),
    )


def _judge(mentions: Mentions) -> list[tuple[AspectCounts, Figure]]:
    aspects = sorted(mentions.now)
    now = [mentions.now[aspect] for aspect in aspects]
    before = [mentions.before.get(aspect, AspectCounts(aspect=aspect)) for aspect in aspects]
    nets, nets_before = (
        net_sentiment([c.n_positive for c in all_], [c.n_negative for c in all_], [c.n for c in all_])
        for all_ in (now, before)
    )
    return [
        (counts, Figure.of(net, change=change))
        for counts, net, change in zip(now, nets, changes(nets, nets_before), strict=True)
    ]


def _verdict(figure: Figure) -> str:
    return figure.change.verdict if figure.change else "unknown"


def _by(figure: Figure) -> float:
    return (figure.change.value if figure.change else None) or 0.0


def _move(counts: AspectCounts, figure: Figure, *, people: dict[str, int]) -> AspectMove:
    return AspectMove(
        aspect=counts.aspect,
        aspect_name=counts.name,
        net_sentiment=figure,
        n_people=people.get(counts.aspect, 0),
    )


def _count_people(
    connection: duckdb.DuckDBPyConnection, *, chosen: Selection, aspects: list[str]
) -> dict[str, int]:
    if not aspects:
        return {}
    rows = run(
        connection,
        "people",
        row=_CountRow,
        parameters={**chosen.parameters, "aspects": aspects},
        kept_opinions=chosen.kept_opinions,
        voice=dialect.hash64("feedback_id"),
        is_asked_for=dialect.contains("CAST($aspects AS VARCHAR[])", value="aspect"),
    )
    return {row.aspect: row.n for row in rows}
