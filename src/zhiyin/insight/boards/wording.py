"""What boards call shapes, sizes and dimensions, and why a tile is empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.errors import ZhiyinError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

SHAPE_NAMES: Mapping[str, StrPromise] = {
    "figure": _("One figure"),
    "trend": _("Trend line"),
    "ranking": _("Ranking"),
    "table": _("Table"),
    "voices": _("Newest voices"),
}
SIZE_NAMES: Mapping[str, StrPromise] = {
    "s": _("Small: a quarter of the width"),
    "m": _("Medium: half the width"),
    "l": _("Large: the whole width"),
}
ORDER_NAMES: Mapping[str, StrPromise] = {"high": _("Highest first"), "low": _("Lowest first")}
ONLY_NAMES: Mapping[str, StrPromise] = {
    "": _("All voices"),
    "negative": _("Only unhappy ones"),
    "positive": _("Only happy ones"),
    "urgent": _("Only those that cannot wait"),
}
LIST_TITLES: Mapping[str, StrPromise] = {
    "": _("Newest voices"),
    "negative": _("Newest unhappy voices"),
    "positive": _("Newest happy voices"),
    "urgent": _("Newest voices that cannot wait"),
}
SHARING_NAMES: Mapping[str, StrPromise] = {
    "own": _("Only me"),
    "roles": _("Everybody with one of these roles"),
    "company": _("Everybody who sees figures"),
}
MISSING: Mapping[str, StrPromise] = {
    "no_table": _("This needs records that have not been brought in yet: import them on the page Import."),
    "no_rows": _("This needs records that have not been brought in yet: import them on the page Import."),
    "filter": _("The records behind this know nothing of the tile's filter. Take the filter away."),
}
_REFUSALS: Mapping[str, StrPromise] = {
    "name": _("Give the board a name of 1 to 80 signs; one person keeps 100 boards at most."),
    "description": _("Describe it in 300 signs at most."),
    "roles": _("Choose at least one role to share it with."),
    "measure": _("Choose a measure of the catalogue."),
    "by": _("This measure cannot be cut by that. Choose another “by”."),
    "title": _("A name in this tile is too long."),
    "tiles": _("A board holds 24 tiles at most, each with an id of its own."),
    "file": _("This is no file of a board. Choose one that was exported from a board."),
}


def explain_refusal(error: ZhiyinError) -> str:
    """Why it was not done, in the page's language."""
    field = getattr(error, "field", None) or "tiles"
    return str(_REFUSALS.get(field, _REFUSALS["tiles"]))
