"""The needs as the page shows them: a radar a touchpoint, every point with the voices behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zhiyin.insight.drivers.needs import NEEDS, NeedMet, TouchpointNeeds
from zhiyin.insight.drivers.radar import Radar, draw_radar
from zhiyin.insight.state import ViewState
from zhiyin.insight.wording import wording
from zhiyin.measure.estimate import SMALL_N


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedCell:
    """One need at one touchpoint, with the voices that say it was met, or not."""

    met: NeedMet
    met_url: str
    unmet_url: str
    touchpoint: str

    @property
    def n_unmet(self) -> int:
        """How many voices say that it was not met."""
        return self.met.share.n - self.met.n_met

    @property
    def is_small(self) -> bool:
        """Whether the share rests on few voices."""
        return self.met.share.n < SMALL_N


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsShown:
    """The pictures, and the table: one row a need with a cell for each picture.

    `worst` is the need that most voices say was not met, empty where none says so.
    """

    radars: tuple[Radar, ...]
    rows: tuple[tuple[str, tuple[NeedCell, ...]], ...]
    worst: str
    worst_cell: NeedCell | None


def draw_needs(found: Sequence[TouchpointNeeds], *, state: ViewState) -> NeedsShown | None:
    """What the page shows; None where no voice shows a need."""
    if not found:
        return None
    names = {need: wording(state.language).name(need) for need in NEEDS}
    cells = {one.touchpoint: {need: _cell(one, need, state=state) for need in NEEDS} for one in found}
    label = {one.touchpoint: _name(one.touchpoint, state=state) for one in found}
    everywhere = cells[""]
    worst = max(NEEDS, key=lambda need: everywhere[need].n_unmet)
    has_worst = everywhere[worst].n_unmet > 0
    return NeedsShown(
        radars=tuple(
            draw_radar(
                one,
                name=label[one.touchpoint],
                names=names,
                urls={need: cell.unmet_url for need, cell in cells[one.touchpoint].items()},
            )
            for one in found
        ),
        rows=tuple(
            (names[need], tuple(cells[one.touchpoint][need] for one in found))
            for need in NEEDS
            if everywhere[need].met.share.n
        ),
        worst=names[worst] if has_worst else "",
        worst_cell=everywhere[worst] if has_worst else None,
    )


def _name(touchpoint: str, *, state: ViewState) -> str:
    return wording(state.language).name(touchpoint) if touchpoint else _("All touchpoints")


def _cell(one: TouchpointNeeds, need: str, *, state: ViewState) -> NeedCell:
    where = one.touchpoint or None
    # A touchpoint that the address names stays where all of them together are meant.
    kept = {"touchpoint": where} if where else {}
    return NeedCell(
        met=one.needs[need],
        met_url=state.url("voices", met=need, **kept),
        unmet_url=state.url("voices", need=need, **kept),
        touchpoint=_name(one.touchpoint, state=state),
    )
