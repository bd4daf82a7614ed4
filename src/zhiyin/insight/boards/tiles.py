"""What a tile is: a measure in a shape, cut by a dimension, narrowed by a filter of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

import msgspec

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.measures.contract import get_measure

Shape = Literal["figure", "trend", "ranking", "table", "voices"]
Size = Literal["s", "m", "l"]
Order = Literal["high", "low"]
Only = Literal["", "negative", "positive", "urgent"]

SHAPES: tuple[Shape, ...] = get_args(Shape)
SIZES: tuple[Size, ...] = get_args(Size)
ORDERS: tuple[Order, ...] = get_args(Order)
ONLY: tuple[Only, ...] = get_args(Only)
FILTERS = ("channel", "product", "aspect", "touchpoint")
"""Fields of a tile that are parameters of the address of voices."""

MAX_TILES = 24
MAX_TITLE = 80
MAX_ROWS = 20
_MAX_NAME = 200
# Without one of these a shape says nothing.
_NEEDS_DIMENSION = frozenset({"ranking"})


class Tile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One tile. `measure` is a code of the catalogue, empty for a list of voices; `by` one of its dimensions.

    A table without `by` goes through time. `order`: highest or lowest value first; `limit` rows at most.
    `only` narrows a list of voices. Without a `title` the measure's name stands above it.
    """

    id: str
    shape: Shape
    measure: str = ""
    by: str = ""
    size: Size = "s"
    title: str = ""
    order: Order = "high"
    limit: int = 8
    only: Only = ""
    channel: str = ""
    product: str = ""
    aspect: str = ""
    touchpoint: str = ""

    def parameters(self) -> dict[str, str]:
        """The tile's own filter, as parameters of the address of voices."""
        found = {name: getattr(self, name) for name in FILTERS if getattr(self, name)}
        if self.shape == "voices":
            found |= _ONLY_PARAMETERS[self.only]
        return found


_ONLY_PARAMETERS: dict[Only, dict[str, str]] = {
    "": {},
    "negative": {"sentiment": "negative"},
    "positive": {"sentiment": "positive"},
    "urgent": {"urgency": "2"},
}


def read_tiles(stored: object) -> list[Tile]:
    """The tiles that a board keeps; those that this version cannot read are left out."""
    found = []
    for one in stored if isinstance(stored, list) else []:
        try:
            found.append(msgspec.convert(one, Tile))
        except msgspec.ValidationError:
            continue
    return found


def write_tiles(tiles: Iterable[Tile]) -> list[dict[str, object]]:
    """The tiles as JSON."""
    return [msgspec.to_builtins(tile) for tile in tiles]


def check_tile(tile: Tile) -> Tile:
    """The tile, if it can be shown.

    Raises:
        InvalidInput: no such measure, a dimension that it does not have, or too long a name.
    """
    if tile.shape == "voices":
        return _checked_texts(msgspec.structs.replace(tile, measure="", by=""))
    try:
        measure = get_measure(tile.measure, "en")
    except NotFound:
        raise InvalidInput(
            f"There is no measure '{tile.measure[:40]}'.",
            next_step="Choose one of the catalogue.",
            field="measure",
        ) from None
    if tile.shape in ("figure", "trend"):
        tile = msgspec.structs.replace(tile, by="")
    if tile.shape in _NEEDS_DIMENSION and not tile.by:
        raise InvalidInput("A ranking needs something to rank.", next_step="Choose by what.", field="by")
    if tile.by and tile.by not in measure.dimensions:
        raise InvalidInput(
            f"The measure {measure.code} cannot be grouped by {tile.by[:40]}.",
            next_step=f"Use one of: {', '.join(measure.dimensions)}.",
            field="by",
        )
    return _checked_texts(tile)


def _checked_texts(tile: Tile) -> Tile:
    if len(tile.title) > MAX_TITLE or any(len(getattr(tile, name)) > _MAX_NAME for name in FILTERS):
        raise InvalidInput("A name in this tile is too long.", field="title")
    return msgspec.structs.replace(tile, limit=min(max(tile.limit, 1), MAX_ROWS))
