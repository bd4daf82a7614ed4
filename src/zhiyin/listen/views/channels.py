"""Channels: what arrived last through each, what it is called, how a new one is connected."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput
from zhiyin.listen.api import open_lake
from zhiyin.listen.forms import ChannelForm
from zhiyin.listen.models import Channel
from zhiyin.listen.queries.arrivals import ChannelArrivals, read_arrivals
from zhiyin.listen.queries.intake_state import read_intake_state
from zhiyin.listen.sentences import words_of
from zhiyin.listen.services import channels as services
from zhiyin.listen.wording import channel_kind_name, list_channel_kinds
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires

_QUIET_DAYS = 3
# What the page calls them → how the page of voices calls them.
_PERIODS = {"today": "today", "week": "7d", "month": "30d", "all": "all"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """A channel as the page shows it; `arrivals` is None where nothing ever came."""

    code: str
    name: str
    kind: str
    needs_review: bool
    is_active: bool
    arrivals: ChannelArrivals | None
    urls: dict[str, str]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing was said for days where something used to be."""
        return (
            self.arrivals is not None
            and self.arrivals.n_month > 0
            and not any(self.arrivals.daily[-_QUIET_DAYS:])
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelGroup:
    """Channels of one kind."""

    name: str
    rows: list[ChannelRow]


@requires(Permission.FEEDBACK_READ)
@require_GET
def show_channels(request: HttpRequest) -> HttpResponse:
    """Every channel with what arrived last; the state of the whole intake for those who see all."""
    scope, visitor = scope_of(request), visitor_of(request)
    now = timezone.now()
    arrivals = read_arrivals(open_lake(), scope=scope, now=now, zone=timezone.get_current_timezone())
    may_manage = visitor.may(Permission.CHANNELS_MANAGE)
    channels = [channel for channel in Channel.objects.order_by("code") if channel.is_active or may_manage]
    rows = [_row(channel, arrivals.get(channel.code)) for channel in channels]
    heard = [row for row in rows if row.arrivals is not None]
    context = {
        "groups": _groups(heard),
        "silent": [row for row in rows if row.arrivals is None],
        "n_heard": len(heard),
        "n_today": sum(row.arrivals.n_today for row in heard if row.arrivals),
        "n_month": sum(row.arrivals.n_month for row in heard if row.arrivals),
        "today_url": _voices_url(period="today"),
        "month_url": _voices_url(period="30d"),
        "may_manage": may_manage,
        "may_import": visitor.scope_for(Permission.FEEDBACK_IMPORT).unit_ids is None
        and visitor.may(Permission.FEEDBACK_IMPORT),
        "may_make_keys": visitor.may(Permission.KEYS_MANAGE),
        "intake": read_intake_state(open_engine(settings.HOME)) if scope.unit_ids is None else None,
        "api_url": request.build_absolute_uri("/v1/feedback"),
    }
    parts = {"channels": "listen/_channels.html"}
    return render_page(request, "listen/channels.html", context, parts=parts)


@requires(Permission.CHANNELS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_channel(request: HttpRequest, code: str) -> HttpResponse:
    """Its names and its kind."""
    channel = _get(code)
    initial = {"name_zh": channel.name_zh, "name_en": channel.name_en, "kind": channel.kind}
    form = ChannelForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_channel(channel, **form.cleaned_data, by=actor_of(request))
        except InvalidInput as error:
            form.add_error(error.field, words_of(error))
        else:
            tell(request, _("“%(name)s” is saved.") % {"name": _name(channel)})
            return redirect("channels")
    context = {"channel": channel, "name": _name(channel), "form": form}
    return render_page(request, "listen/channel.html", context, status=422 if form.errors else 200)


@requires(Permission.CHANNELS_MANAGE)
@require_POST
def switch_channel(request: HttpRequest, code: str) -> HttpResponse:
    """On or off; the message undoes it."""
    channel = _get(code)
    is_active = not channel.is_active
    services.switch_channel(channel, is_active=is_active, by=actor_of(request))
    words = _("“%(name)s” is switched on.") if is_active else _("“%(name)s” is switched off.")
    tell(request, words % {"name": _name(channel)}, undo_url=reverse("switch_channel", args=[code]))
    return redirect("channels")


def _get(code: str) -> Channel:
    channel = Channel.objects.filter(code=code).first()
    if channel is None:
        raise Http404
    return channel


def _name(channel: Channel) -> str:
    return channel.name_zh if page_language() == "zh" else channel.name_en


def _row(channel: Channel, arrivals: ChannelArrivals | None) -> ChannelRow:
    return ChannelRow(
        code=channel.code,
        name=_name(channel),
        kind=channel.kind,
        needs_review=channel.needs_review,
        is_active=channel.is_active,
        arrivals=arrivals,
        urls={name: _voices_url(period=period, channel=channel.code) for name, period in _PERIODS.items()},
    )


def _voices_url(**query: str) -> str:
    """What is counted here counts duplicates and the like, so the rows must too."""
    return f"{reverse('voices')}?{urlencode({**query, 'all': '1'})}"


def _groups(rows: list[ChannelRow]) -> list[ChannelGroup]:
    places = {code: place for place, (code, _) in enumerate(list_channel_kinds())}
    rows = sorted(rows, key=lambda row: (places.get(row.kind, len(places)), row.kind, -_n_month(row)))
    return [
        ChannelGroup(name=channel_kind_name(kind), rows=[*of_kind])
        for kind, of_kind in groupby(rows, key=lambda row: row.kind)
    ]


def _n_month(row: ChannelRow) -> int:
    return row.arrivals.n_month if row.arrivals else 0
