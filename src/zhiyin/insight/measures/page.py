"""The catalogue and one measure as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.insight.board import Figure
from zhiyin.insight.measures.contract import Measure, MeasureResult, list_measures
from zhiyin.insight.measures.writing import write_change, write_interval, write_value
from zhiyin.insight.state import ViewState
from zhiyin.measure.estimate import SMALL_N

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

MISSING: Mapping[str, StrPromise] = {
    "no_table": _("No such records yet"),
    "no_rows": _("No such records yet"),
    "filter": _("Not known for this choice"),
}
WAYS: Mapping[bool | None, StrPromise] = {
    True: _("More is better"),
    False: _("Less is better"),
    None: _("Neither way is good by itself"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A figure in words. `moved` is the change as written, empty where there is none to tell."""

    value: str
    interval: str
    n: int
    is_small: bool
    moved: str
    verdict: str
    is_good: bool | None
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A measure in the catalogue; `shown` is None before values are asked for and where there are none."""

    measure: Measure
    way: str
    detail_url: str
    shown: Shown | None
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The measures of one group."""

    code: str
    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankLine:
    """One group of the ranking; `rank` counts those with 30 or more."""

    rank: int | None
    key: str
    name: str
    shown: Shown


def show(figure: Figure, *, measure: Measure, state: ViewState, href: str) -> Shown:
    """The figure in words."""
    change = figure.change
    moved = write_change(change, measure=measure)
    is_real = change is not None and change.verdict in ("rise", "fall")
    is_good = None
    if change is not None and is_real and measure.is_good_up is not None:
        is_good = (change.verdict == "rise") == measure.is_good_up
    return Shown(
        value=write_value(figure.value, measure=measure, language=state.language),
        interval=write_interval(figure, measure=measure, language=state.language),
        n=figure.n,
        is_small=figure.n < SMALL_N and measure.unit != "count",
        moved=moved,
        verdict=change.verdict if change is not None else "",
        is_good=is_good,
        href=href,
    )


def find_measures(words: str) -> list[Measure]:
    """The measures in whose name, question or definition, in either language, all the words stand."""
    wanted = words.casefold().split()
    texts = {
        chinese.code: _text((chinese, english))
        for chinese, english in zip(list_measures("zh"), list_measures("en"), strict=True)
    }
    return [one for one in list_measures() if all(word in texts[one.code] for word in wanted)]


def _text(versions: Iterable[Measure]) -> str:
    return " ".join(
        f"{one.code} {one.name} {one.question} {one.definition} {one.group_name}" for one in versions
    ).casefold()


def make_sections(
    measures: Sequence[Measure], *, results: Mapping[str, MeasureResult], state: ViewState
) -> list[Section]:
    """The groups of the catalogue with their measures; values where results are given."""
    groups: dict[str, list[Measure]] = {}
    for measure in measures:
        groups.setdefault(measure.group, []).append(measure)
    return [
        Section(
            code=code,
            name=members[0].group_name,
            entries=tuple(_entry(one, result=results.get(one.code), state=state) for one in members),
        )
        for code, members in groups.items()
    ]


def _entry(measure: Measure, *, result: MeasureResult | None, state: ViewState) -> Entry:
    return Entry(
        measure=measure,
        way=str(WAYS[measure.is_good_up]),
        detail_url=state.url("measure", measure.code),
        shown=show(result.total, measure=measure, state=state, href=result.href)
        if result is not None and not result.missing
        else None,
        missing=str(MISSING[result.missing]) if result is not None and result.missing else "",
    )


def make_ranking(result: MeasureResult, *, state: ViewState) -> list[RankLine]:
    """The groups in their order, with ranks."""
    lines = []
    rank = 0
    for group in result.groups:
        shown = show(group.figure, measure=result.measure, state=state, href=group.href)
        has_rank = not shown.is_small and group.figure.value is not None
        rank += has_rank
        lines.append(RankLine(rank=rank if has_rank else None, key=group.key, name=group.name, shown=shown))
    return lines
