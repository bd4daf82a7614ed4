"""Page: how replies leave, channel by channel, with the rules that each channel has."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput
from zhiyin.insight.voice_names import channel_names
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.scope import Scope
from zhiyin.respond.inbox.voices import VoiceWish, list_channels_to_answer
from zhiyin.respond.outbox.routes import Route, list_routes, list_webhooks, set_route
from zhiyin.respond.outbox.rules import ChannelRule, find_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class WayLine:
    """One channel of the page."""

    route: Route
    name: str
    rule: ChannelRule


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CHANNELS_MANAGE)
def manage_ways(request: HttpRequest) -> HttpResponse:
    """Every channel whose voices wait for answers, with who carries them."""
    scope = scope_of(request)
    if request.method == "POST":
        _choose(request, scope=scope)
        return redirect("inbox_ways")
    names = channel_names(page_language())
    lines = [
        WayLine(route=one, name=names.get(one.channel, one.channel), rule=find_rule(one.channel))
        for one in list_routes(list_channels_to_answer(VoiceWish()))
    ]
    context = {"lines": lines, "webhooks": list_webhooks(scope=scope)}
    return render(request, "respond/inbox/ways.html", context)


def _choose(request: HttpRequest, *, scope: Scope) -> None:
    channel, text = request.POST.get("channel", ""), request.POST.get("destination", "")
    if channel not in list_channels_to_answer(VoiceWish()):
        raise Http404
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    try:
        set_route(channel, destination=int(text) if is_number else None, by=actor_of(request), scope=scope)
    except InvalidInput:
        tell(request, _("There is no such webhook any more. Choose one of the list."), tone="bad")
    else:
        tell(request, _("Kept. It holds for answers that are sent from now on."))
