"""Models, their figures and what they would change, in the words of pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.console.templatetags.shell import page_language
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries.recent import list_voices_by_id
from zhiyin.listen.services.learning.report import CORRECTED, ChangedVoice, Figure, Report
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.people.scope import Scope

_OWN = re.compile(r".+\+c\.(\d{4})(\d{2})(\d{2})\.(\d+)")
_AROUND = 60
_SHOWN = 24

_FIELDS: dict[tuple[str, str], Promise] = {
    ("written", "sentiment"): gettext_lazy("Sentiment, on sentences written for testing"),
    ("written", "opinion"): gettext_lazy("Opinions, on sentences written for testing"),
    ("corrected", "sentiment"): gettext_lazy("Sentiment, on what people here said"),
    ("corrected", "opinion"): gettext_lazy("Opinions, on what people here said"),
}
_LABELS: dict[str, Promise] = {
    "positive": gettext_lazy("Positive"),
    "neutral": gettext_lazy("Neutral"),
    "negative": gettext_lazy("Negative"),
    "mixed": gettext_lazy("Mixed"),
}
_INDUSTRIES: dict[str, Promise] = {
    "appliances": gettext_lazy("Appliances"),
    "banking": gettext_lazy("Banking"),
    "cars": gettext_lazy("Cars"),
    "drinks": gettext_lazy("Drinks"),
    "hotels": gettext_lazy("Hotels"),
    "public_services": gettext_lazy("Public services"),
    "restaurants": gettext_lazy("Restaurants"),
    "retail": gettext_lazy("Retail"),
    "takeaway": gettext_lazy("Takeaway"),
    "telecom": gettext_lazy("Telecom"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """One comparison; `name` is the field, or the industry where there is one."""

    figure: Figure
    name: str
    industry: str

    @property
    def is_ours(self) -> bool:
        """Whether it is on voices of this house."""
        return self.figure.source == CORRECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of what a customer said; `polarity` where it is what the change is about."""

    text: str
    polarity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedLine:
    """A voice that would be labelled otherwise; `aspect` is a name, empty where it is of the whole."""

    voice: ChangedVoice
    aspect: str
    passages: list[Passage]


def label_name(code: str) -> str:
    """How people call the sentiment of a text, or the polarity of an opinion; a dash for none."""
    return str(_LABELS.get(code, code)) or "–"


def model_name(version: str) -> str:
    """How people call a model: by the day it was trained; the shipped one is that."""
    found = _OWN.fullmatch(version)
    if found is None:
        return _("The shipped model")
    year, month, day, number = map(int, found.groups())
    when = formats.date_format(date(year, month, day), "DATE_FORMAT")
    return _("Own model of %(day)s, no. %(n)d") % {"day": when, "n": number}


def make_figure_lines(report: Report) -> list[FigureLine]:
    """The figures on this house's voices first, then those on written sentences, then by industry."""
    order = sorted(report.figures, key=lambda one: (bool(one.industry), one.source != CORRECTED))
    return [
        FigureLine(
            figure=one,
            name=str(_FIELDS[one.source, one.field]),
            industry=str(_INDUSTRIES.get(one.industry, one.industry)),
        )
        for one in order
    ]


def make_changed_lines(report: Report, *, scope: Scope) -> list[ChangedLine]:
    """The first voices that would be labelled otherwise and that may be read, with their words."""
    ids = sorted({one.feedback_id for one in report.examples})
    voices = list_voices_by_id(open_lake(), ids=ids, scope=scope) if ids else {}
    names = get_taxonomy().taxonomy.names(page_language())
    shown = [one for one in report.examples if one.feedback_id in voices][:_SHOWN]
    return [
        ChangedLine(
            voice=one,
            aspect=names.get(one.aspect, one.aspect),
            passages=_passages(voices[one.feedback_id].text, one=one),
        )
        for one in shown
    ]


def _passages(text: str, *, one: ChangedVoice) -> list[Passage]:
    """The words around what changes, or the beginning where the whole does."""
    text = text.replace("\n", " ")
    begin, end = max(0, one.start - _AROUND), min(len(text), one.end + _AROUND)
    cuts: Sequence[int] = sorted({begin, max(begin, min(one.start, end)), min(one.end, end), end})
    pieces = [
        Passage(text=text[at:to], polarity=one.after if one.aspect and one.start <= at < one.end else "")
        for at, to in pairwise(cuts)
    ]
    lead = [Passage(text="…")] if begin else []
    return [*lead, *pieces, *([Passage(text="…")] if end < len(text) else [])]
