"""What people speak of, ordered by harm, with their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import msgspec

from zhiyin.insight import dialect
from zhiyin.insight.board import AspectLine, Figure, Words
from zhiyin.insight.queries.overview import STARS_RANGE
from zhiyin.insight.queries.typical import WordRow, list_opinion_words, list_pairs
from zhiyin.insight.selection import Selection, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.measure.comparison import Change, changes
from zhiyin.measure.estimate import Estimates
from zhiyin.measure.harm import harm
from zhiyin.measure.means import mean_from_sums
from zhiyin.measure.net_sentiment import net_sentiment
from zhiyin.measure.proportions import proportion
from zhiyin.people.scope import Scope

# People are counted only for aspects that can reach the top: harm is at most the negative mentions.
_CANDIDATES_A_LINE = 1.5
# For a dozen values a third cheaper than a join with them.
_IS_ASKED_FOR = dialect.contains("CAST($aspects AS VARCHAR[])", value="aspect")


class _MentionRow(msgspec.Struct, frozen=True, kw_only=True):
    is_now: bool
    aspect: str
    aspect_name: str | None
    polarity: str
    n: int
    n_rated: int
    sum_stars: float | None
    sum_squares: float | None


class _CountRow(msgspec.Struct, frozen=True, kw_only=True):
    aspect: str
    n: int


@dataclass(slots=True, kw_only=True)
class AspectCounts:
    """Mentions of one aspect in one period; stars are those of the voices that speak badly of it."""

    aspect: str
    name: str = ""
    n: int = 0
    n_positive: int = 0
    n_negative: int = 0
    n_rated: int = 0
    sum_stars: float = 0.0
    sum_squares: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Mentions by aspect, in the period and in the one before."""

    now: Mapping[str, AspectCounts]
    before: Mapping[str, AspectCounts] = field(default_factory=dict)
    has_before: bool = False

    def total(self, *, of_before: bool = False) -> AspectCounts:
        """All aspects together."""
        counts = (self.before if of_before else self.now).values()
        return AspectCounts(
            aspect="",
            n=sum(c.n for c in counts),
            n_positive=sum(c.n_positive for c in counts),
            n_negative=sum(c.n_negative for c in counts),
        )


def get_mentions(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter | None = None
) -> Mentions:
    """All mentions counted by aspect and polarity. One pass over `opinions`."""
    wanted = filter or VoiceFilter()
    chosen = select(scope, filter=wanted, with_before=True)
    rows = run(
        connection,
        "mentions",
        row=_MentionRow,
        parameters=chosen.parameters,
        is_now=chosen.is_now,
        kept_opinions=chosen.kept_opinions,
    )
    return Mentions(
        now=_gather(row for row in rows if row.is_now),
        before=_gather(row for row in rows if not row.is_now),
        has_before=wanted.before_since is not None,
    )


def _gather(rows: Iterable[_MentionRow]) -> dict[str, AspectCounts]:
    """Rows by aspect and polarity put together; an aspect renamed meanwhile keeps its commonest name."""
    found: dict[str, AspectCounts] = {}
    for row in sorted(rows, key=lambda row: (row.aspect, row.n)):
        counts = found.setdefault(row.aspect, AspectCounts(aspect=row.aspect))
        counts.name = row.aspect_name or counts.name or row.aspect
        counts.n += row.n
        counts.n_positive += row.n if row.polarity == "positive" else 0
        if row.polarity == "negative":
            counts.n_negative += row.n
            counts.n_rated += row.n_rated
            counts.sum_stars += row.sum_stars or 0.0
            counts.sum_squares += row.sum_squares or 0.0
    return found


def list_aspects(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter | None = None,
    n_voices: int,
    mentions: Mentions | None = None,
    limit: int = 8,
    n_words: int = 4,
) -> list[AspectLine]:
    """The `limit` most harmful aspects, the worst first; aspects nobody speaks badly of are left out.

    `n_voices` (of the overview) is what shares are of; `mentions` saves a pass where they are known, and
    so does `n_words=0`, which asks for no words.
    Verdicts on changes hold for all aspects together (`changes`).
    """
    wanted = filter or VoiceFilter()
    counted = mentions or get_mentions(connection, scope=scope, filter=wanted)
    candidates = _list_candidates(counted, limit=limit)
    if not candidates:
        return []
    chosen = select(scope, filter=wanted)
    names = [counts.aspect for counts in candidates]
    people = _count_people(connection, chosen=chosen, aspects=names)
    worst = _order_by_harm(candidates, people=people)[:limit]
    shown = [counts.aspect for counts, _ in worst]
    words = _list_words(connection, chosen=chosen, aspects=shown) if n_words else {}
    return _lines(worst, people=people, words=words, mentions=counted, n_voices=n_voices, n_words=n_words)


def _list_candidates(mentions: Mentions, *, limit: int) -> list[AspectCounts]:
    """Aspects in the order of harm as if every negative mention were another person's."""
    criticised = [counts for counts in mentions.now.values() if counts.n_negative]
    as_people = {counts.aspect: counts.n_negative for counts in criticised}
    ordered = _order_by_harm(criticised, people=as_people)
    return [counts for counts, _ in ordered[: int(limit * _CANDIDATES_A_LINE)]]


def _order_by_harm(
    counts: Sequence[AspectCounts], *, people: Mapping[str, int]
) -> list[tuple[AspectCounts, float]]:
    if not counts:
        return []
    harms = harm(
        [people.get(c.aspect, 0) for c in counts],
        mean_stars=_stars(counts).value,
        n_rated=[c.n_rated for c in counts],
    )
    pairs = zip(counts, harms.tolist(), strict=True)
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0].aspect))


def _count_people(
    connection: duckdb.DuckDBPyConnection, *, chosen: Selection, aspects: list[str]
) -> dict[str, int]:
    rows = run(
        connection,
        "people",
        row=_CountRow,
        parameters={**chosen.parameters, "aspects": aspects},
        kept_opinions=chosen.kept_opinions,
        voice=dialect.hash64("feedback_id"),
        is_asked_for=_IS_ASKED_FOR,
    )
    return {row.aspect: row.n for row in rows}


def _list_words(
    connection: duckdb.DuckDBPyConnection, *, chosen: Selection, aspects: list[str]
) -> dict[str, list[WordRow]]:
    rows = run(
        connection,
        "words",
        row=WordRow,
        parameters={**chosen.parameters, "aspects": aspects},
        kept_opinions=chosen.kept_opinions,
        is_asked_for=_IS_ASKED_FOR,
    )
    found: dict[str, list[WordRow]] = {}
    for row in rows:
        found.setdefault(row.aspect, []).append(row)
    return found


def _lines(
    worst: Sequence[tuple[AspectCounts, float]],
    *,
    people: Mapping[str, int],
    words: Mapping[str, list[WordRow]],
    mentions: Mentions,
    n_voices: int,
    n_words: int,
) -> list[AspectLine]:
    counts = [c for c, _ in worst]
    shares = proportion([people.get(c.aspect, 0) for c in counts], n_voices)
    nets, stars = _net_sentiments(counts), _stars(counts)
    found = _list_changes(counts, mentions=mentions)
    typical = _typical_words(counts, words=words, limit=n_words)
    return [
        AspectLine(
            aspect=count.aspect,
            aspect_name=count.name,
            n_mentions=count.n,
            n_positive=count.n_positive,
            n_negative=count.n_negative,
            n_people=people.get(count.aspect, 0),
            share=Figure.of(shares[place]),
            net_sentiment=Figure.of(nets[place], change=found.get(count.aspect)),
            stars=Figure.of(stars[place]),
            harm=its_harm,
            pairs=typical[place][0],
            opinion_words=typical[place][1],
        )
        for place, (count, its_harm) in enumerate(worst)
    ]


def _typical_words(
    counts: Sequence[AspectCounts], *, words: Mapping[str, list[WordRow]], limit: int
) -> list[tuple[list[Words], list[Words]]]:
    """Pairs and judgements of each aspect, against the other aspects shown."""
    n_all = sum(c.n_negative for c in counts)
    found = []
    for count in counts:
        rows = words.get(count.aspect, [])
        pairs = list_pairs(rows, n_here=count.n_negative, n_all=n_all)
        judgements = list_opinion_words(rows, n_here=count.n_negative, n_all=n_all)
        found.append((pairs[:limit], judgements[:limit]))
    return found


def _stars(counts: Sequence[AspectCounts]) -> Estimates:
    return mean_from_sums(
        [c.sum_stars for c in counts],
        [c.sum_squares for c in counts],
        [c.n_rated for c in counts],
        bounds=STARS_RANGE,
    )


def _net_sentiments(counts: Sequence[AspectCounts]) -> Estimates:
    return net_sentiment(
        [c.n_positive for c in counts], [c.n_negative for c in counts], [c.n for c in counts]
    )


def _list_changes(worst: Sequence[AspectCounts], *, mentions: Mentions) -> dict[str, Change]:
    """Changes of the aspects shown, judged as one family of all aspects."""
    if not mentions.has_before:
        return {}
    aspects = sorted(mentions.now)
    before = [mentions.before.get(aspect, AspectCounts(aspect=aspect)) for aspect in aspects]
    found = changes(_net_sentiments([mentions.now[aspect] for aspect in aspects]), _net_sentiments(before))
    shown = {counts.aspect for counts in worst}
    return {aspect: change for aspect, change in zip(aspects, found, strict=True) if aspect in shown}
