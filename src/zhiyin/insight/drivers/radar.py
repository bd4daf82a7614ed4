"""A radar of needs, drawn by the server: points on ten rays, the share met from the middle outwards."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from zhiyin.insight.drivers.needs import NEEDS, TouchpointNeeds
from zhiyin.measure.estimate import SMALL_N

CENTRE, RADIUS = 150.0, 96.0
_LABEL_AT = 1.16
RINGS = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ray:
    """One need: where its ray ends, where its name stands, and its point (None where nobody shows it)."""

    name: str
    x: str
    y: str
    label_x: str
    label_y: str
    anchor: str
    point_x: str = ""
    point_y: str = ""
    share: float | None = None
    n: int = 0
    url: str = ""

    @property
    def is_small(self) -> bool:
        """Whether the point rests on few voices."""
        return self.n < SMALL_N


@dataclass(frozen=True, slots=True, kw_only=True)
class Radar:
    """The picture of one touchpoint; `area` and `rings` are points of polygons."""

    touchpoint: str
    name: str
    n: int
    rays: tuple[Ray, ...]
    area: str
    rings: tuple[str, ...]


def draw_radar(
    found: TouchpointNeeds, *, name: str, names: Mapping[str, str], urls: Mapping[str, str]
) -> Radar:
    """The radar of one touchpoint; `urls` by need open the voices behind the point."""
    rays = []
    for place, need in enumerate(NEEDS):
        met = found.needs[need].share
        end, label = _at(place, 1.0), _at(place, _LABEL_AT)
        point = _at(place, met.value) if met.value is not None else ("", "")
        rays.append(
            Ray(
                name=names[need],
                x=end[0],
                y=end[1],
                label_x=label[0],
                label_y=label[1],
                anchor=_anchor(place),
                point_x=point[0],
                point_y=point[1],
                share=met.value,
                n=met.n,
                url=urls[need],
            )
        )
    known = [ray for ray in rays if ray.share is not None]
    return Radar(
        touchpoint=found.touchpoint,
        name=name,
        n=found.n,
        rays=tuple(rays),
        area=" ".join(f"{ray.point_x},{ray.point_y}" for ray in known),
        rings=tuple(" ".join(",".join(_at(place, ring)) for place in range(len(NEEDS))) for ring in RINGS),
    )


def _at(place: int, share: float) -> tuple[str, str]:
    """Where that share lies on the ray, the first ray upwards, then clockwise."""
    angle = 2 * math.pi * place / len(NEEDS)
    x, y = CENTRE + RADIUS * share * math.sin(angle), CENTRE - RADIUS * share * math.cos(angle)
    # As text with a point, whatever the page's language writes.
    return f"{x:.1f}", f"{y:.1f}"


def _anchor(place: int) -> str:
    side = math.sin(2 * math.pi * place / len(NEEDS))
    return "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
