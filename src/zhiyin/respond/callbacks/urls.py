"""The addresses of call-backs."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.callbacks.views import (
    cancel,
    export_call_backs,
    move,
    plan,
    record,
    restore,
    send_mine,
    send_one,
    show_call_backs,
)

_ALL = "call-backs/"
_CASE = "cases/<str:number>/call-backs/"

urlpatterns = [
    path(_ALL, show_call_backs, name="call_backs"),
    path(f"{_ALL}export/", export_call_backs, name="call_backs_export"),
    path(f"{_ALL}mine.ics", send_mine, name="call_backs_calendar"),
    path(f"{_ALL}<int:pk>.ics", send_one, name="call_back_calendar"),
    path(_CASE, plan, name="call_back_plan"),
    path(f"{_CASE}<int:pk>/call/", record, name="call_back_record"),
    path(f"{_CASE}<int:pk>/move/", move, name="call_back_move"),
    path(f"{_CASE}<int:pk>/cancel/", cancel, name="call_back_cancel"),
    path(f"{_CASE}<int:pk>/restore/", restore, name="call_back_restore"),
]
