"""The pages of aspects: what the list and one aspect show, with the links to the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from zhiyin.insight.aspect_tree import AspectNode, AspectTree, read_aspect_tree
from zhiyin.insight.board import Figure
from zhiyin.insight.headings import Column, Sort
from zhiyin.insight.queries.aspect_list import AspectScores, get_aspect_scores
from zhiyin.insight.queries.aspect_reasons import WordPair, list_causes, list_together, list_word_pairs
from zhiyin.insight.queries.aspect_units import list_aspect_units
from zhiyin.insight.queries.unit_tree import UnitNode, read_unit_tree
from zhiyin.insight.state import NO_WORD, ViewState, read_state
from zhiyin.insight.steps import choose_steps
from zhiyin.insight.voice_names import CAUSES

HARM_FIRST = Sort(by="harm", is_descending=True)
BAD, GOOD = "negative", "positive"

COLUMNS = (
    Column(code="name", name=gettext_lazy("Aspect"), is_down_first=False),
    Column(code="n", name=gettext_lazy("Voices"), hint=gettext_lazy("How many voices speak of it")),
    Column(
        code="unhappy", name=gettext_lazy("Unhappy"), hint=gettext_lazy("How many voices speak badly of it")
    ),
    Column(
        code="net",
        name=gettext_lazy("Net sentiment"),
        hint=gettext_lazy("Share of positive mentions minus share of negative ones, −100 to 100"),
        is_down_first=False,
    ),
    Column(
        code="change",
        name=gettext_lazy("Change"),
        hint=gettext_lazy("Net sentiment against the period before"),
        is_down_first=False,
    ),
    Column(
        code="stars",
        name=gettext_lazy("Rating of the unhappy"),
        hint=gettext_lazy("Mean rating of those who speak badly of it"),
        is_down_first=False,
    ),
    Column(
        code="harm",
        name=gettext_lazy("Harm"),
        hint=gettext_lazy("People unhappy times how badly they rate: as if so many had given one star"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordLine:
    """Words said of the aspect, and the voices that say them; `share` of the most frequent (0 to 1)."""

    pair: WordPair
    url: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """Something that `n` voices have; `share` (0 to 1) of those unhappy with the aspect."""

    name: str
    n: int
    share: float
    url: str
    page_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """The aspect in one unit; `from_best` is its place from the best on."""

    node: UnitNode
    n_voices: int
    n_unhappy: int
    net_sentiment: Figure
    standing: str
    from_best: tuple[float, bool, float]
    url: str
    unhappy_url: str
    page_url: str


def aspect_state(request: HttpRequest, *, node: AspectNode) -> ViewState:
    """The state of the address, about this aspect with all below it, whatever else it names."""
    given = request.GET.copy()
    given.setlist("aspect", list(node.members))
    for name in ("polarity", "term", "word", "also"):
        given.pop(name, None)
    return read_state(request, given=given)


def read_scores(connection: duckdb.DuckDBPyConnection, *, state: ViewState) -> AspectScores:
    """Every aspect with its small line."""
    return get_aspect_scores(
        connection,
        scope=state.scope,
        filter=state.filter,
        tree=read_aspect_tree(state.language),
        steps=choose_steps(since=state.filter.since, until=state.filter.until, now=state.now),
    )


def list_unit_lines(connection: duckdb.DuckDBPyConnection, *, state: ViewState) -> list[UnitLine]:
    """The aspect store by store (units with nothing below them), the worst first."""
    nodes = {
        node.id: node for node in read_unit_tree(scope=state.scope, top=state.unit).nodes if node.is_leaf
    }
    found = list_aspect_units(connection, scope=state.scope, filter=state.filter, leaves=frozenset(nodes))
    return [
        UnitLine(
            node=(node := nodes[unit.unit_id]),
            n_voices=unit.n_voices,
            n_unhappy=unit.n_unhappy,
            net_sentiment=unit.net_sentiment,
            standing=unit.standing,
            from_best=unit.order(is_best_first=True),
            url=state.url("voices", unit=node.code),
            unhappy_url=state.url("voices", unit=node.code, polarity=BAD),
            page_url=state.url("unit", node.code, unit=None, aspect=None),
        )
        for unit in found
    ]


def list_word_lines(
    connection: duckdb.DuckDBPyConnection, *, state: ViewState, limit: int = 12
) -> dict[str, list[WordLine]]:
    """Words against (`negative`) and in favour (`positive`)."""
    pairs = list_word_pairs(connection, scope=state.scope, filter=state.filter, limit=limit)
    most = {
        polarity: max((p.n_voices for p in pairs if p.polarity == polarity), default=1)
        for polarity in (BAD, GOOD)
    }
    return {
        polarity: [
            WordLine(pair=pair, url=_pair_url(pair, state=state), share=pair.n_voices / most[polarity])
            for pair in pairs
            if pair.polarity == polarity
        ]
        for polarity in (BAD, GOOD)
    }


def _pair_url(pair: WordPair, *, state: ViewState) -> str:
    return state.url("voices", polarity=pair.polarity, term=pair.term or NO_WORD, word=pair.word or NO_WORD)


def list_cause_lines(
    connection: duckdb.DuckDBPyConnection, *, state: ViewState, n_unhappy: int
) -> list[CountLine]:
    """What kind of cause the complaints have."""
    found = list_causes(connection, scope=state.scope, filter=state.filter)
    return [
        CountLine(
            name=str(CAUSES.get(one.name, one.name)),
            n=one.n,
            share=one.n / max(n_unhappy, one.n, 1),
            url=state.url("voices", polarity=BAD, cause=one.name),
        )
        for one in found
    ]


def list_together_lines(
    connection: duckdb.DuckDBPyConnection, *, state: ViewState, tree: AspectTree
) -> tuple[int, list[CountLine]]:
    """How many voices speak badly of it, and what else they speak badly of."""
    n_unhappy, found = list_together(connection, scope=state.scope, filter=state.filter)
    whole = tree.with_others({one.aspect: one.aspect_name or one.aspect for one in found})
    return n_unhappy, [
        CountLine(
            name=find_node(one.aspect, tree=whole).name,
            n=one.n,
            share=one.n / max(n_unhappy, one.n, 1),
            url=state.url("voices", polarity=BAD, also=one.aspect),
            page_url=state.url("aspect", one.aspect, aspect=None),
        )
        for one in found
    ]


def of_polarity(state: ViewState, polarity: str) -> ViewState:
    """The same state, of opinions of one polarity."""
    return replace(state, filter=replace(state.filter, polarities=frozenset({polarity})))


def find_node(aspect: str, *, tree: AspectTree) -> AspectNode:
    """The aspect; one that the taxonomy has no longer stands for itself."""
    return tree.find(aspect) or tree.with_others({aspect: aspect}).nodes[aspect]


def most_harmful(found: AspectScores) -> Sequence[object]:
    """The most harmful aspects that have nothing below them."""
    leaves = [score for score in found.scores if not score.node.is_parent and score.n_unhappy]
    return sorted(leaves, key=lambda score: -score.harm)[:3]
