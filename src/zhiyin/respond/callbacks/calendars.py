"""Call-backs as entries of a calendar: number and topic of the case, nothing of the customer's contact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhiyin.respond.callbacks.ics import CalendarEvent, write_calendar
from zhiyin.respond.callbacks.kinds import CallBackState
from zhiyin.respond.models import CallBack

_REMIND_MINUTES = 10


def send_calendar(
    request: HttpRequest, call_backs: Iterable[CallBack], *, name: str, now: datetime
) -> HttpResponse:
    """The call-backs as a file to be kept in a calendar."""
    events = [_event(one, request=request) for one in call_backs]
    response = HttpResponse(write_calendar(events, now=now), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


def address_of(request: HttpRequest, path: str) -> str:
    """The whole address of a page, at the installation's public address where it has one."""
    public: str = settings.PUBLIC_URL
    return f"{public}{path}" if public else request.build_absolute_uri(path)


def _event(call_back: CallBack, *, request: HttpRequest) -> CalendarEvent:
    number = call_back.case.number
    return CalendarEvent(
        uid=f"call-back-{call_back.pk}-{number}@zhiyin",
        start=call_back.promised_at,
        end=call_back.until_at,
        summary=_("Call back: case %(number)s") % {"number": number},
        description=call_back.topic,
        url=address_of(request, reverse("case", args=[number])),
        sequence=call_back.version - 1,
        is_cancelled=call_back.stands is CallBackState.CANCELLED,
        alarm_minutes=_REMIND_MINUTES,
    )
