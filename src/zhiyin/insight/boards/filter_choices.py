"""What a tile can be narrowed to: channels, products, aspects and touchpoints of the reader's voices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import timedelta

from zhiyin.insight import naming
from zhiyin.insight.queries.choices import list_choices
from zhiyin.insight.selection import VoiceFilter
from zhiyin.insight.state import ViewState
from zhiyin.insight.voice_names import channel_names
from zhiyin.insight.wording import wording
from zhiyin.listen.api import open_lake

_BACK = timedelta(days=90)


def list_filter_choices(state: ViewState) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Value and name by field of a tile, as the voices of the last 90 days have them. Six statements."""
    recent = VoiceFilter(since=state.now - _BACK, until=state.now)
    with closing(open_lake().connect("feedback", "opinions")) as connection:
        found = list_choices(connection, scope=state.scope, filter=recent, now=state.now)
    channels, words = channel_names(state.language), wording(state.language)
    aspects = {
        one.value: naming.aspect_name(one.value, language=state.language, stored=one.name)
        for one in found["aspect"]
    }
    return {
        "channel": list(channels.items()),
        "product": [(one.value, one.value) for one in found["product"]],
        "aspect": sorted(aspects.items(), key=lambda pair: pair[1]),
        "touchpoint": [(one.value, words.name(one.value)) for one in found["touchpoint"]],
    }
