"""The filters of the list of voices: what is chosen, as chips, and what can be chosen, as a panel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhiyin.console.numbers import Language
from zhiyin.customers.segments.errors import SegmentNotFound
from zhiyin.customers.segments.narrowing import find_named
from zhiyin.insight import naming
from zhiyin.insight.queries.choices import UNCOUNTED, Choice
from zhiyin.insight.state import NO_WORD, ViewState
from zhiyin.insight.voice_names import CAUSES, LEFT_OUT, POLARITIES, SENTIMENTS, URGENCY, channel_names
from zhiyin.insight.wording import wording

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

# Parameters that the bar above chooses.
_OF_THE_BAR = frozenset({"period", "since", "until", "unit"})
# Groups of the panel in their order; the first are those that people reach for most.
GROUPS: Mapping[str, StrPromise] = {
    "polarity": gettext_lazy("Said as"),
    "aspect": gettext_lazy("Aspect"),
    "sentiment": gettext_lazy("Sentiment of the whole"),
    "stars": gettext_lazy("Stars"),
    "urgency": gettext_lazy("Urgency"),
    "answered": gettext_lazy("Answer"),
    "channel": gettext_lazy("Channel"),
    "touchpoint": gettext_lazy("Touchpoint"),
    "product": gettext_lazy("Product"),
    "signal": gettext_lazy("Signal"),
    "emotion": gettext_lazy("Emotion"),
    "intent": gettext_lazy("Intent"),
    "need": gettext_lazy("Unmet need"),
    "cause": gettext_lazy("Cause"),
    "source": gettext_lazy("Source"),
    "left_out": gettext_lazy("Left out of figures"),
}
_OTHERS: Mapping[str, StrPromise] = {
    "also": gettext_lazy("Speaks also of"),
    "term": gettext_lazy("Of"),
    "word": gettext_lazy("In the words"),
    "rated": gettext_lazy("Stars at least"),
    "scale": gettext_lazy("Rated on a scale to"),
    "hour": gettext_lazy("Hour"),
    "met": gettext_lazy("Need met"),
    "q": gettext_lazy("Search"),
    "author": gettext_lazy("Author"),
    "segment": gettext_lazy("Segment"),
    "all": gettext_lazy("Including"),
}
_ONE_OF = frozenset({"urgency", "answered"})
_OPEN_AT_FIRST = frozenset({"polarity", "aspect", "stars", "urgency", "answered"})
_SHOWN_AT_ONCE = 8
# So many values of one filter become one chip: an aspect with all below it is chosen by one click.
_MANY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One active filter; `url` is the list without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value that a filter can be set to; `n` is None where nobody counted."""

    value: str
    name: str
    n: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One filter. `is_single`: only one of its values holds, "" means any."""

    name: str
    label: str
    options: list[Option]
    more: list[Option]
    is_single: bool
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """All filters; `kept` are parameters that the form passes on."""

    groups: list[Group]
    kept: list[tuple[str, str]]
    includes_all: bool


def list_chips(state: ViewState, *, page: str = "voices") -> list[Chip]:
    """The active filters, each with the address that drops it; period and unit stand in the bar."""
    namer = _Namer(state.language)
    chips = []
    for name, values in state.parameters.items():
        if name in _OF_THE_BAR:
            continue
        distinct = list(dict.fromkeys(values))
        if len(distinct) > _MANY:
            first = [namer.name(name, value) for value in distinct[: _MANY - 1]]
            more = _("%(names)s and %(n)s more") % {
                "names": ", ".join(first),
                "n": len(distinct) - len(first),
            }
            chips.append(Chip(label=_label(name), value=more, url=state.url(page, **{name: None})))
            continue
        for value in distinct:
            rest = [other for other in values if other != value]
            chips.append(
                Chip(
                    label=_label(name),
                    value=namer.name(name, value),
                    url=state.url(page, **{name: rest or None}),
                )
            )
    return chips


def _label(name: str) -> str:
    return str(GROUPS.get(name) or _OTHERS.get(name) or name)


def make_panel(state: ViewState, *, choices: Mapping[str, Sequence[Choice]]) -> Panel:
    """The panel for this state; `choices` are the values in the data (`list_choices`)."""
    namer = _Namer(state.language)
    known = {**choices, "polarity": _plain(POLARITIES), "answered": _plain(("no", "yes"))}
    known["left_out"] = _plain(LEFT_OUT)
    known["urgency"] = _at_least(choices.get("urgency", ()))
    groups = [
        _make_group(name, state=state, choices=known.get(name, ()), name_of=namer.name) for name in GROUPS
    ]
    own = {*GROUPS, "all"}
    return Panel(
        groups=[group for group in groups if group.options],
        kept=[
            (name, value) for name, values in state.parameters.items() if name not in own for value in values
        ],
        includes_all=state.filter.include_excluded,
    )


def _make_group(
    name: str, *, state: ViewState, choices: Sequence[Choice], name_of: Callable[[str, str, str | None], str]
) -> Group:
    chosen = dict.fromkeys(value for value in state.parameters.get(name, ()) if value)
    listed = {choice.value for choice in choices}
    missing = [Choice(value=value, n=0) for value in chosen if value not in listed]
    options = [
        Option(
            value=choice.value,
            name=name_of(name, choice.value, choice.name),
            n=choice.n if choice.n >= 0 else None,
            is_chosen=choice.value in chosen,
        )
        for choice in [*missing, *choices]
    ]
    if name == "stars":
        options.sort(key=lambda option: option.value, reverse=True)
    # What is chosen must be seen.
    first = [option for place, option in enumerate(options) if place < _SHOWN_AT_ONCE or option.is_chosen]
    return Group(
        name=name,
        label=str(GROUPS[name]),
        options=first,
        more=[option for option in options if option not in first],
        is_single=name in _ONE_OF,
        is_open=bool(chosen) or name in _OPEN_AT_FIRST,
    )


def _plain(values: Iterable[str]) -> list[Choice]:
    return [Choice(value=value, n=UNCOUNTED) for value in values]


def _at_least(levels: Sequence[Choice]) -> list[Choice]:
    """Levels of urgency counted with those above them, as the filter takes them."""
    counts = {int(level.value): level.n for level in levels}
    is_counted = UNCOUNTED not in counts.values()
    return [
        Choice(
            value=str(least),
            n=sum(n for level, n in counts.items() if level >= least) if is_counted else UNCOUNTED,
        )
        for least in sorted(URGENCY, reverse=True)
    ]


class _Namer:
    """Names values of filters in the page's language."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language
        self._channels: Mapping[str, str] | None = None

    def name(self, parameter: str, value: str, stored: str | None = None) -> str:
        """What people call the value."""
        if parameter == "segment":
            return name_segment(value)
        fixed = _fixed_name(parameter, value)
        if fixed is not None:
            return fixed
        if parameter in {"aspect", "also"}:
            return naming.aspect_name(value, language=self._language, stored=stored)
        if parameter == "channel":
            self._channels = channel_names(self._language) if self._channels is None else self._channels
            return self._channels.get(value, value)
        if parameter in {"signal", "emotion", "intent", "need", "met", "touchpoint"}:
            return wording(self._language).name(value)
        return f"{value}:00–{value}:59" if parameter == "hour" else value


def _fixed_name(parameter: str, value: str) -> str | None:
    tables: Mapping[str, Mapping[str, StrPromise]] = {
        "polarity": POLARITIES,
        "sentiment": SENTIMENTS,
        "cause": CAUSES,
        "left_out": LEFT_OUT,
        "urgency": {str(level): name for level, name in URGENCY.items()},
    }
    if parameter in tables:
        return str(tables[parameter].get(value, value))
    if parameter == "stars":
        return ngettext("%(n)s star", "%(n)s stars", 1 if value == "1" else 2) % {"n": value}
    if parameter == "answered":
        return _("Answered") if value == "yes" else _("Not answered")
    if parameter == "author":
        return _("One customer")
    if parameter == "all":
        return _("Duplicates, spam, solicited, off the subject")
    return _("No word of its own") if parameter in {"term", "word"} and value == NO_WORD else None


def name_segment(reference: str) -> str:
    """The name of the segment that the reference means, in the page's language where there is none."""
    try:
        return find_named(reference)[0].name
    except SegmentNotFound:
        return _("Unknown segment")
