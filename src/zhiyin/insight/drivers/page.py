"""What the page of drivers is asked for, and its lines with the links to the rows behind each figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from zhiyin.insight.aspect_tree import AspectTree, read_aspect_tree
from zhiyin.insight.drivers.aspect_groups import list_levels
from zhiyin.insight.drivers.facts import AspectWhy, Outcome, RatingWhy
from zhiyin.insight.headings import with_parameters
from zhiyin.insight.state import ViewState, read_state
from zhiyin.measure.estimate import SMALL_N
from zhiyin.measure.importance_performance import Cross, Quadrant

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

# What says which opinions are meant: here all are, whatever the address names.
_OF_OPINIONS = ("aspect", "polarity", "term", "word", "also")
# Choices of this page, beside the state that all pages have.
_OWN = ("outcome", "level", "importance", "performance", "cross")
_RATED = ("1", "2", "3", "4", "5")
_DEFAULT_LEVEL = 2
_DEFAULT_PERIOD = "90d"

OUTCOMES: Mapping[Outcome, StrPromise] = {
    Outcome.STARS: _("Star rating"),
    Outcome.NPS: _("Willingness to recommend (NPS)"),
}
QUADRANTS: Mapping[Quadrant, StrPromise] = {
    "improve_first": _("Improve first"),
    "keep_up": _("Keep it up"),
    "low_priority": _("Low priority"),
    "possible_overkill": _("Possible overkill"),
}
CATEGORIES: Mapping[str, StrPromise] = {
    "must_be": _("Must-be"),
    "one_dimensional": _("One-dimensional"),
    "attractive": _("Attractive"),
    "indifferent": _("Indifferent"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A choice of the page; `url` is the page with it."""

    name: str | StrPromise
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How the page is asked to look at it."""

    state: ViewState
    tree: AspectTree
    level: int
    outcome: Outcome
    is_stated: bool
    is_top_box: bool
    cross: Cross
    levels: Sequence[int]

    @property
    def digits(self) -> int:
        """Digits after the point that the outcome is told with."""
        return 1 if self.outcome is Outcome.NPS else 2


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyLine:
    """One aspect with its links; `bar` is its importance as part of the heaviest's (0 to 1)."""

    why: AspectWhy
    bar: float
    url: str
    praise_url: str
    blame_url: str
    page_url: str
    category: str | StrPromise
    is_small: bool


def read_asked(request: HttpRequest) -> Asked:
    """What the address asks for; what cannot be read counts as not given."""
    given = request.GET.copy()
    for name in _OF_OPINIONS:
        given.pop(name, None)
    # In the address of every link too: the list of voices has another default.
    given.setdefault("period", _DEFAULT_PERIOD)
    state = read_state(request, given=given)
    tree = read_aspect_tree(state.language)
    levels = list_levels(tree) or [1]
    wanted = given.get("level", "")
    level = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 3 else _DEFAULT_LEVEL
    return Asked(
        state=state,
        tree=tree,
        level=min(max(level, levels[0]), levels[-1]),
        outcome=Outcome.NPS if given.get("outcome") == Outcome.NPS else Outcome.STARS,
        is_stated=given.get("importance") == "stated",
        is_top_box=given.get("performance") == "praise",
        cross=Cross.MEDIAN if given.get("cross") == Cross.MEDIAN else Cross.MEAN,
        levels=levels,
    )


def list_kept(given: QueryDict) -> list[tuple[str, str]]:
    """The choices of the page as given, which the form of the period passes on."""
    return [(name, value) for name in _OWN for value in given.getlist(name)[:1] if value]


def list_choices(request: HttpRequest, *, asked: Asked) -> dict[str, list[Choice]]:
    """The choices of the page by what they choose."""

    def choice(name: str | StrPromise, parameter: str, value: str, *, is_chosen: bool) -> Choice:
        url = with_parameters(request.GET, **{parameter: value, "show": None, "now": None})
        return Choice(name=name, url=url, is_chosen=is_chosen)

    return {
        "outcomes": [
            choice(name, "outcome", one.value, is_chosen=one is asked.outcome)
            for one, name in OUTCOMES.items()
        ],
        "levels": [
            choice(level_name(level), "level", str(level), is_chosen=level == asked.level)
            for level in asked.levels
        ],
        "importance": [
            choice(_("What moves the rating"), "importance", "derived", is_chosen=not asked.is_stated),
            choice(_("What is spoken of most"), "importance", "stated", is_chosen=asked.is_stated),
        ],
        "performance": [
            choice(_("Net sentiment"), "performance", "net", is_chosen=not asked.is_top_box),
            choice(_("Share of praise"), "performance", "praise", is_chosen=asked.is_top_box),
        ],
        "cross": [
            choice(_("Cut at the mean"), "cross", "mean", is_chosen=asked.cross is Cross.MEAN),
            choice(_("Cut at the median"), "cross", "median", is_chosen=asked.cross is Cross.MEDIAN),
        ],
    }


def level_name(level: int) -> str | StrPromise:
    """What people call that level of the tree of aspects."""
    names = {1: _("Large subjects"), 2: _("Single aspects"), 3: _("Finer aspects")}
    return names.get(level) or str(_("Level %(n)s")) % {"n": level}


def list_lines(found: RatingWhy, *, state: ViewState) -> list[WhyLine]:
    """The aspects, the heaviest first, with the links to the rated voices behind them."""
    most = max((one.driver.share.value or 0.0 for one in found.aspects), default=0.0) or 1.0
    is_nps = found.outcome is Outcome.NPS
    return [_line(one, most=most, state=state, is_nps=is_nps) for one in found.aspects]


def _line(why: AspectWhy, *, most: float, state: ViewState, is_nps: bool) -> WhyLine:
    def rows(*polarities: str) -> str:
        rated: dict[str, str | tuple[str, ...]] = {"scale": "10"} if is_nps else {"stars": _RATED}
        return state.url("voices", aspect=why.node.members, polarity=polarities, **rated)

    return WhyLine(
        why=why,
        bar=max(0.0, (why.driver.share.value or 0.0) / most),
        url=rows("positive", "negative"),
        praise_url=rows("positive"),
        blame_url=rows("negative"),
        page_url=state.url("aspect", why.node.id),
        category=CATEGORIES.get(why.contrast.category or "", ""),
        is_small=min(why.contrast.reward.n, why.contrast.penalty.n) < SMALL_N,
    )
