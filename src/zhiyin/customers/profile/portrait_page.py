"""The portrait in words, with the chart of the mood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.console.charts import Chart
from zhiyin.console.numbers import plain, signed
from zhiyin.customers.profile import naming
from zhiyin.customers.profile.birthdays import Birthday
from zhiyin.customers.profile.owned import Owned, list_owned
from zhiyin.customers.profile.portrait import Habit, MoodPoint, Portrait
from zhiyin.customers.profile.portrait_facts import AspectCount
from zhiyin.customers.profile.ranks import Ranks
from zhiyin.customers.profile.sources.voices import voice_url
from zhiyin.customers.profile.wording import say_birthday, say_month
from zhiyin.measure.health import GOOD_FROM, WATCH_FROM, Health, HealthChange
from zhiyin.people.scope import Scope

Level = Literal["good", "watch", "risk"]
_PARTS = {
    "mood": gettext_lazy("Feeling"),
    "trouble": gettext_lazy("Troubles"),
    "rhythm": gettext_lazy("Rhythm"),
    "spending": gettext_lazy("Spending"),
}
_HELP = {
    "mood": gettext_lazy("How the customer spoke, and the stars of staff; the newest count most"),
    "trouble": gettext_lazy("Complaints and unsolved contacts; half forgotten after 90 days"),
    "rhythm": gettext_lazy("Whether they come as often as usual for them"),
    "spending": gettext_lazy("The last 180 days against the 180 before; 50 is as before"),
}
_LEVELS = {
    "good": gettext_lazy("Stands well"),
    "watch": gettext_lazy("Worth a look"),
    "risk": gettext_lazy("In danger"),
}
_REAL_POINTS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPart:
    """A part of the health: 0 to 100, its share of the score, and by how many points it moved the score."""

    name: str
    help: str
    value: float
    weight: float
    points: str
    tone: Literal["positive", "negative", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPage:
    """The health in words; `note` says what changed in the last month."""

    score: int
    level: Level
    level_name: str
    parts: Sequence[HealthPart]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectLine:
    """An aspect that the customer spoke of; `href` is the newest bad word about it, empty without."""

    name: str
    n_positive: int
    n_negative: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedLine:
    """A need, and how often it was met and not."""

    name: str
    n_met: int
    n_unmet: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PortraitPage:
    """The portrait as the page shows it."""

    health: HealthPage | None
    liked: Sequence[AspectLine]
    disliked: Sequence[AspectLine]
    needs: Sequence[NeedLine]
    mood: Chart | None
    channels: Sequence[Habit]
    ranks: Ranks | None
    owned: Sequence[Owned]
    birthday: str


def make_portrait_page(
    portrait: Portrait,
    *,
    ranks: Ranks | None,
    keys: Sequence[str],
    scope: Scope,
    now: datetime,
    birthday: Birthday | None = None,
) -> PortraitPage:
    """The portrait in the page's language. Asks for the products owned."""
    names = naming.channel_names()
    return PortraitPage(
        health=_health(portrait) if portrait.health else None,
        liked=[_aspect(one) for one in portrait.liked],
        disliked=[_aspect(one) for one in portrait.disliked],
        needs=[
            NeedLine(name=str(naming.NEEDS.get(one.name, one.name)), n_met=one.n_met, n_unmet=one.n_unmet)
            for one in portrait.needs
        ],
        mood=_mood_chart(portrait.moods),
        channels=[
            Habit(name=names.get(one.name, one.name), n=one.n, share=one.share) for one in portrait.channels
        ],
        ranks=ranks,
        owned=list_owned(keys, scope=scope, now=now),
        birthday=say_birthday(birthday) if birthday else "",
    )


def _aspect(one: AspectCount) -> AspectLine:
    return AspectLine(
        name=naming.aspect_name(one.aspect, stored=one.stored or ""),
        n_positive=one.n_positive,
        n_negative=one.n_negative,
        href=voice_url(one.newest_negative) if one.newest_negative else "",
    )


def _health(portrait: Portrait) -> HealthPage | None:
    found, change = portrait.health, portrait.change
    if found is None:
        return None
    level: Level = "good" if found.score >= GOOD_FROM else "watch" if found.score >= WATCH_FROM else "risk"
    parts = [
        HealthPart(
            name=str(_PARTS[part]),
            help=str(_HELP[part]),
            value=value,
            weight=found.weights[part],
            points=_points(change.parts.get(part, 0.0)) if change else "",
            tone=_tone(change.parts.get(part, 0.0)) if change else "",
        )
        for part, value in found.parts.items()
    ]
    return HealthPage(
        score=round(found.score),
        level=level,
        level_name=str(_LEVELS[level]),
        parts=parts,
        note=_note(found, change),
    )


def _points(points: float) -> str:
    return signed(points, digits=0) if abs(points) >= _REAL_POINTS else ""


def _tone(points: float) -> Literal["positive", "negative", ""]:
    if abs(points) < _REAL_POINTS:
        return ""
    return "positive" if points > 0 else "negative"


def _note(found: Health, change: HealthChange | None) -> str:
    """What moved the score most, in words."""
    if change is None:
        return _("Not known a month ago")
    if abs(change.points) < _REAL_POINTS:
        return _("As a month ago")
    part = max(change.parts, key=lambda one: change.parts[one] * (1 if change.points > 0 else -1))
    words: Mapping[str, object] = {"points": signed(change.points, digits=0), "part": str(_PARTS[part])}
    return _("%(points)s in a month, most of it by: %(part)s") % words


def _mood_chart(moods: Sequence[MoodPoint]) -> Chart | None:
    """Mean sentiment a month as a line, stars of staff as points on an axis of their own."""
    if not moods:
        return None
    months = [say_month(one.month) for one in moods]
    option = {
        "grid": {"left": 36, "right": 28, "top": 28, "bottom": 24},
        "legend": {"top": 0, "textStyle": {"color": "@text"}},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": months},
        "yAxis": [
            {"type": "value", "min": -1, "max": 1, "splitNumber": 2},
            {"type": "value", "min": 1, "max": 5, "splitNumber": 2, "splitLine": {"show": False}},
        ],
        "series": [
            {
                "name": _("Mood (−1 to 1)"),
                "type": "line",
                "data": [None if one.mood is None else round(one.mood, 2) for one in moods],
                "connectNulls": True,
                "lineStyle": {"color": "@primary"},
                "itemStyle": {"color": "@primary"},
            },
            {
                "name": _("Stars of staff"),
                "type": "scatter",
                "yAxisIndex": 1,
                "symbol": "diamond",
                "data": [None if one.stars is None else round(one.stars, 1) for one in moods],
                "itemStyle": {"color": "@mixed"},
            },
        ],
    }
    rows = [
        [month, plain(one.mood, digits=2), one.n, plain(one.stars), one.n_stars]
        for month, one in zip(months, moods, strict=True)
    ]
    columns = [_("Month"), _("Mood (−1 to 1)"), _("Voices"), _("Stars of staff"), _("Contacts with stars")]
    return Chart(
        id="customer-mood",
        title=_("Mood over time"),
        option=option,
        columns=columns,
        rows=rows,
        height="short",
    )
