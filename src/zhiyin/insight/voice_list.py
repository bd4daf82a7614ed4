"""The list of voices as its page shows it: lines with the names of everything on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhiyin.insight import naming
from zhiyin.insight.queries.row_pages import count_pages
from zhiyin.insight.queries.rows import (
    PAGE_SIZE,
    TABLES,
    Order,
    VoicePage,
    VoiceRow,
    count_rows,
    list_rows,
)
from zhiyin.insight.search.index.background import cover_voices
from zhiyin.insight.state import ViewState
from zhiyin.insight.voice_names import channel_names, names_of_units
from zhiyin.insight.voice_panels import ActionLink, Mark, collect_marks, list_actions, list_actions_of
from zhiyin.listen.api import open_lake
from zhiyin.understand.contract import Signal

ORDERS = {
    Order.NEWEST: _("Newest first"),
    Order.URGENT: _("Most urgent first"),
    Order.WORST: _("Fewest stars first"),
    Order.OLDEST: _("Oldest first"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectTag:
    """An aspect of a voice, once for each polarity; `url` lists the voices that say the same of it."""

    name: str
    polarity: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalTag:
    """A kind of signal in a voice; `value` is the longest wait in minutes, else the highest count."""

    kind: str
    value: float | None

    @property
    def is_wait(self) -> bool:
        """Whether the value is minutes."""
        return self.kind == "waited"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceLine:
    """One voice of the list; `url` is its page in this state of the list."""

    row: VoiceRow
    url: str
    aspects: Sequence[AspectTag]
    signals: Sequence[SignalTag]
    unit: str
    channel: str
    marks: Sequence[Mark]
    actions: Sequence[ActionLink]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOption:
    """One way to sort."""

    code: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of the list with all that it shows."""

    page: VoicePage
    lines: list[VoiceLine]
    order: Order
    actions: list[ActionLink] = field(default_factory=list)

    @property
    def orders(self) -> list[OrderOption]:
        """The ways to sort."""
        return [
            OrderOption(code=one.value, name=str(name), is_chosen=one is self.order)
            for one, name in ORDERS.items()
        ]


def read_order(request: HttpRequest) -> Order:
    """The order that the address names; newest first for none."""
    wanted = request.GET.get("sort", "")
    return Order(wanted) if wanted in set(Order) else Order.NEWEST


def read_number(request: HttpRequest) -> int:
    """The page that the address names; the first for none."""
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def read_listing(request: HttpRequest, *, state: ViewState) -> Listing:
    """The page of the list that the request asks for."""
    order = read_order(request)
    lake = open_lake()
    coverage = cover_voices(lake) if state.filter.text else None
    with lake.connect(*TABLES) as connection:
        page = list_rows(
            connection,
            scope=state.scope,
            filter=state.filter,
            order=order,
            number=read_number(request),
            coverage=coverage,
        )
        if page.is_least and request.GET.get("count") == "exact":
            n = count_rows(connection, scope=state.scope, filter=state.filter)
            page = replace(page, n=n, n_pages=count_pages(n, size=PAGE_SIZE), is_least=False)
    return Listing(
        page=page,
        lines=make_lines(request, page.rows, state=state, order=order),
        order=order,
        actions=list_actions(request),
    )


def make_lines(
    request: HttpRequest, rows: Sequence[VoiceRow], *, state: ViewState, order: Order = Order.NEWEST
) -> list[VoiceLine]:
    """Lines for the rows. Two queries, and those of upper rooms' marks."""
    units = names_of_units(row.feedback.unit_id for row in rows)
    channels = channel_names(state.language) if rows else {}
    ids = [row.feedback.feedback_id for row in rows]
    marks: Mapping[str, Sequence[Mark]] = collect_marks(request, ids)
    actions = list_actions_of(request, ids)
    return [
        VoiceLine(
            row=row,
            url=voice_url(row.feedback.feedback_id, state=state, order=order),
            aspects=_aspect_tags(row, state=state),
            signals=list_signal_tags(row.feedback.signals),
            unit=units.get(row.feedback.unit_id or 0, ""),
            channel=channels.get(row.feedback.channel, row.feedback.channel),
            marks=marks.get(row.feedback.feedback_id, ()),
            actions=actions[row.feedback.feedback_id],
        )
        for row in rows
    ]


def _aspect_tags(row: VoiceRow, *, state: ViewState) -> list[AspectTag]:
    spoken = dict.fromkeys((one.aspect, one.polarity, one.aspect_name) for one in row.opinions)
    return [
        AspectTag(
            name=naming.aspect_name(aspect, language=state.language, stored=stored),
            polarity=polarity,
            url=state.url("voices", aspect=aspect, polarity=polarity),
        )
        for aspect, polarity, stored in spoken
    ]


def list_signal_tags(signals: Sequence[Signal]) -> list[SignalTag]:
    """Each kind once, however often it was said."""
    kinds = dict.fromkeys(one.kind for one in signals)
    return [
        SignalTag(
            kind=kind,
            value=max((one.value for one in signals if one.kind == kind and one.value), default=None),
        )
        for kind in kinds
    ]


def voice_url(feedback_id: str, *, state: ViewState, order: Order = Order.NEWEST) -> str:
    """The page of a voice that knows which list it was opened from."""
    return with_order(state.url("voice", feedback_id), order)


def with_order(url: str, order: Order) -> str:
    """The address with the order, which is left out where it is the usual one."""
    if order is Order.NEWEST:
        return url
    return f"{url}{'&' if '?' in url else '?'}sort={order.value}"
