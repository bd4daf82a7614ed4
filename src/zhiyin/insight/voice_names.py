"""What pages call polarities, sentiments, causes, levels of urgency, speakers, channels and units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from zhiyin.console.numbers import Language
from zhiyin.listen.queries import list_channels
from zhiyin.people.queries.units import unit_names
from zhiyin.people.scope import Scope

POLARITIES = {"positive": _("Positive"), "neutral": _("Neutral"), "negative": _("Negative")}
SENTIMENTS = {**POLARITIES, "mixed": _("Mixed")}
CAUSES = {"expectation": _("Expectations"), "product": _("Product or goods"), "service": _("Service given")}
LEFT_OUT = {
    "duplicate": _("Duplicate"),
    "spam": _("Spam"),
    "solicited": _("Solicited"),
    "off_subject": _("Off the subject"),
}
URGENCY = {1: _("Look soon"), 2: _("Look today"), 3: _("Look now")}
SPEAKERS = {"customer": _("Customer"), "staff": _("Staff"), "robot": _("Robot")}
# By sign too, for eyes that do not tell colours apart.
SIGNS = {"positive": "+", "neutral": "·", "negative": "−", "mixed": "±"}


def channel_names(language: Language) -> Mapping[str, str]:
    """Name by code of every channel in use; one query."""
    return {
        one.code: (one.name_zh if language == "zh" else one.name_en) or one.code for one in list_channels()
    }


def names_of_units(unit_ids: Iterable[int | None]) -> Mapping[int, str]:
    """Names of the units of voices that the asker may see; one query."""
    wanted = frozenset(one for one in unit_ids if one is not None)
    return unit_names(scope=Scope(unit_ids=wanted)) if wanted else {}
