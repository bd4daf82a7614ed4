"""What pages call emotions, kinds of change, and the parts of a touchpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.insight.journeys.services import MapMoved

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

EMOTIONS: Mapping[float, StrPromise] = {
    2.0: gettext_lazy("very good"),
    1.5: gettext_lazy("between good and very good"),
    1.0: gettext_lazy("good"),
    0.5: gettext_lazy("rather good"),
    0.0: gettext_lazy("neither good nor bad"),
    -0.5: gettext_lazy("rather bad"),
    -1.0: gettext_lazy("bad"),
    -1.5: gettext_lazy("between bad and very bad"),
    -2.0: gettext_lazy("very bad"),
}
PARTS: Mapping[str, StrPromise] = {
    "does": gettext_lazy("Customer does"),
    "thinks": gettext_lazy("Customer thinks"),
    "says": gettext_lazy("Customer says"),
    "front_stage": gettext_lazy("Staff do (front stage)"),
    "back_stage": gettext_lazy("Systems do (back stage)"),
    "time": gettext_lazy("Time"),
    "scene": gettext_lazy("Scene"),
    "evidence": gettext_lazy("Evidence"),
}
CHANGES: Mapping[str, StrPromise] = {
    "created": gettext_lazy("Made the map"),
    "imported": gettext_lazy("Read from a file"),
    "details_changed": gettext_lazy("Changed name or description"),
    "stage_added": gettext_lazy("Added a stage"),
    "stage_changed": gettext_lazy("Changed a stage"),
    "stage_moved": gettext_lazy("Moved a stage"),
    "stage_deleted": gettext_lazy("Deleted a stage"),
    "touchpoint_added": gettext_lazy("Added a touchpoint"),
    "touchpoint_changed": gettext_lazy("Changed a touchpoint"),
    "touchpoint_moved": gettext_lazy("Moved a touchpoint"),
    "touchpoint_deleted": gettext_lazy("Deleted a touchpoint"),
    "persona_added": gettext_lazy("Added a persona"),
    "persona_changed": gettext_lazy("Changed a persona"),
    "persona_deleted": gettext_lazy("Deleted a persona"),
    "version_restored": gettext_lazy("Went back to version"),
}


def emotion_words(emotion: float) -> str:
    """The emotion in words, the nearest half."""
    return str(EMOTIONS[max(-2.0, min(2.0, round(2 * emotion) / 2))])


def refusal_words(error: ZhiyinError) -> str:
    """Why a change was refused, in the page's language."""
    if isinstance(error, MapMoved):
        return _("Somebody else changed the map in the meantime. Look at it and try again.")
    if isinstance(error, InvalidInput) and error.field == "name":
        return _(
            "Give it a name of 1 to 80 signs. A map has at most 20 stages of 30 touchpoints, and 12 personas."
        )
    if isinstance(error, InvalidInput):
        return str(error)
    return _("That part of the map is no longer there.")
