"""Pages: what was delivered, what was not and why, and once more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, NotFound
from zhiyin.insight.delivery.deliveries import send_again
from zhiyin.insight.delivery.queries import list_deliveries, list_health
from zhiyin.insight.delivery.wording import STATE_NAMES, reason_words
from zhiyin.insight.models import Delivery
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of

_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOf:
    """Which page of the list this is."""

    number: int
    n_pages: int
    has_previous: bool
    has_next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLine:
    """A delivery with the words for its state and reason, and when it is tried next where that is later."""

    delivery: Delivery
    state: str
    reason: str
    may_repeat: bool
    next_at: datetime | None


@requires(Permission.CHANNELS_MANAGE)
def deliveries(request: HttpRequest) -> HttpResponse:
    """The log, filtered by destination and state."""
    scope = scope_of(request)
    chosen = request.GET.get("destination", "")
    state = request.GET.get("state", "")
    number = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else None
    paginator = Paginator(list_deliveries(scope=scope, destination_id=number, state=state), _ROWS)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "lines": [show_line(one) for one in page],
        "page": PageOf(
            number=page.number,
            n_pages=paginator.num_pages,
            has_previous=page.has_previous(),
            has_next=page.has_next(),
        ),
        "n": paginator.count,
        "destinations": [row.destination for row in list_health(scope=scope, now=timezone.now())],
        "states": STATE_NAMES.items(),
        "chosen": number,
        "state": state,
    }
    return render_page(
        request,
        "insight/delivery/deliveries.html",
        context,
        parts={"delivery-list": "insight/delivery/_delivery_list.html"},
    )


@requires(Permission.CHANNELS_MANAGE)
@takes_form_of("deliveries")
def repeat_delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """A failed message waits again."""
    try:
        send_again(delivery_id, scope=scope_of(request), by=actor_of(request), now=timezone.now())
    except NotFound:
        raise Http404 from None
    except Conflict:
        tell(request, _("It was not sent again: switch the destination on first."), tone="bad")
    else:
        tell(request, _("It is sent again in a moment."))
    return redirect("deliveries")


def show_line(one: Delivery) -> DeliveryLine:
    """The delivery ready to be shown; comes with its destination."""
    is_dead = one.state == Delivery.State.DEAD
    return DeliveryLine(
        delivery=one,
        state=str(STATE_NAMES[one.state]),
        reason=reason_words(one.reason),
        may_repeat=is_dead and one.destination.is_on,
        next_at=_next_at(one),
    )


def _next_at(one: Delivery) -> datetime | None:
    """When it is tried next; None where that is at once, or never."""
    if one.state != Delivery.State.WAITING:
        return None
    moment = max(filter(None, (one.due_at, one.destination.paused_until)))
    return moment if moment > timezone.now() else None
