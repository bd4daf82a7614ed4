"""Units that stand out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import msgspec
import numpy as np

from zhiyin.insight import dialect
from zhiyin.insight.board import Figure, UnitLine, Units
from zhiyin.insight.queries.aspects import AspectCounts
from zhiyin.insight.queries.overview import STARS_RANGE
from zhiyin.insight.selection import Selection, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.measure.means import mean_from_sums, share_at_least
from zhiyin.measure.net_sentiment import net_sentiment
from zhiyin.measure.outliers import Outliers, net_score_outliers
from zhiyin.measure.telling import telling
from zhiyin.people.scope import Scope

_MIN_RATINGS = 10  # a unit with fewer is not called excellent or not


class _VoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    unit_id: int
    n: int
    n_rated: int
    sum_stars: float | None
    sum_squares: float | None


class _MentionRow(msgspec.Struct, frozen=True, kw_only=True):
    unit_id: int
    n: int
    n_positive: int
    n_negative: int


class _AspectRow(msgspec.Struct, frozen=True, kw_only=True):
    unit_id: int
    aspect: str
    aspect_name: str | None
    n: int


def get_units(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter | None = None,
    unit_names: Mapping[int, str] | None = None,
    aspects: Mapping[str, AspectCounts] | None = None,
    limit: int = 5,
) -> Units:
    """Units whose net sentiment is really worse or better than all units' together (5 % false discoveries).

    `aspects` (mentions of all units by aspect) name what is spoken badly of in a unit more than elsewhere.
    One unit alone never stands out. Share of excellent units: mean of 4.8 stars or more, over units
    with at least 10 ratings.
    """
    chosen = select(scope, filter=filter or VoiceFilter())
    voices = _list_voices(connection, chosen=chosen)
    mentions = _list_mentions(connection, chosen=chosen)
    rows = [mentions.get(row.unit_id, _no_mention(row.unit_id)) for row in voices]
    found = net_score_outliers(
        [row.n_positive for row in rows],
        [row.n_negative for row in rows],
        [row.n for row in rows],
        n_independent=[row.n for row in voices],
    )
    apart = found.expected - found.common
    worse = [int(i) for i in np.argsort(apart) if found.is_out[i] and found.value[i] < found.common]
    better = [int(i) for i in np.argsort(-apart) if found.is_out[i] and found.value[i] > found.common]
    shown = worse[:limit] + better[:limit]
    main = _find_main_aspects(
        connection,
        chosen=chosen,
        units={rows[i].unit_id: rows[i].n_negative for i in shown},
        aspects=aspects or {},
    )
    lines = {
        i: _line(voices[i], mentions=rows[i], found=found, place=i, names=unit_names or {}, main=main)
        for i in shown
    }
    return Units(
        n=len(voices),
        n_compared=sum(row.n > 0 for row in rows),
        n_worse=len(worse),
        n_better=len(better),
        worse=[lines[i] for i in worse[:limit]],
        better=[lines[i] for i in better[:limit]],
        excellent_share=_excellent(voices),
    )


def _no_mention(unit_id: int) -> _MentionRow:
    return _MentionRow(unit_id=unit_id, n=0, n_positive=0, n_negative=0)


def _list_voices(connection: duckdb.DuckDBPyConnection, *, chosen: Selection) -> list[_VoiceRow]:
    return run(
        connection,
        "unit_voices",
        row=_VoiceRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
    )


def _list_mentions(connection: duckdb.DuckDBPyConnection, *, chosen: Selection) -> dict[int, _MentionRow]:
    rows = run(
        connection,
        "unit_mentions",
        row=_MentionRow,
        parameters=chosen.parameters,
        kept_opinions=chosen.kept_opinions,
    )
    return {row.unit_id: row for row in rows}


def _line(
    voices: _VoiceRow,
    *,
    mentions: _MentionRow,
    found: Outliers,
    place: int,
    names: Mapping[int, str],
    main: Mapping[int, _AspectRow],
) -> UnitLine:
    net = net_sentiment(mentions.n_positive, mentions.n_negative, mentions.n, n_voices=voices.n).one()
    aspect = main.get(voices.unit_id)
    return UnitLine(
        unit_id=voices.unit_id,
        name=names.get(voices.unit_id, f"#{voices.unit_id}"),
        n_voices=voices.n,
        net_sentiment=Figure.of(net),
        expected=float(found.expected[place]),
        apart=float(found.expected[place] - found.common),
        adjusted_p=float(found.adjusted_p[place]),
        stars=_stars(voices),
        main_aspect=aspect.aspect if aspect else None,
        main_aspect_name=(aspect.aspect_name or aspect.aspect) if aspect else None,
        n_main_aspect=aspect.n if aspect else 0,
    )


def _stars(voices: _VoiceRow) -> Figure:
    found = mean_from_sums(
        voices.sum_stars or 0.0, voices.sum_squares or 0.0, voices.n_rated, bounds=STARS_RANGE
    )
    return Figure.of(found.one())


def _excellent(voices: Sequence[_VoiceRow]) -> Figure:
    means = [
        row.sum_stars / row.n_rated
        for row in voices
        if row.sum_stars is not None and row.n_rated >= _MIN_RATINGS
    ]
    return Figure.of(share_at_least(means))


def _find_main_aspects(
    connection: duckdb.DuckDBPyConnection,
    *,
    chosen: Selection,
    units: Mapping[int, int],
    aspects: Mapping[str, AspectCounts],
) -> dict[int, _AspectRow]:
    """For each unit (with its negative mentions) the aspect whose complaints tell most of it."""
    if not units:
        return {}
    rows = run(
        connection,
        "unit_aspects",
        row=_AspectRow,
        parameters={**chosen.parameters, "units": sorted(units)},
        kept_opinions=chosen.kept_opinions,
        units=dialect.members("$units", kind="BIGINT"),
    )
    n_all = sum(counts.n_negative for counts in aspects.values())
    best: dict[int, tuple[float, _AspectRow]] = {}
    for row in rows:
        everywhere = aspects[row.aspect].n_negative if row.aspect in aspects else row.n
        here = units[row.unit_id]
        score = telling(row.n, here, max(0, everywhere - row.n), max(0, n_all - here))[0]
        if row.unit_id not in best or (score, row.n) > (best[row.unit_id][0], best[row.unit_id][1].n):
            best[row.unit_id] = (float(score), row)
    return {unit_id: row for unit_id, (_, row) in best.items()}
