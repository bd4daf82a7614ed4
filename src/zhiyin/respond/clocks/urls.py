"""The addresses of clocks."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.clocks.views import (
    change_clock,
    escalate_case,
    export_clocks,
    manage_clocks,
    recount,
    start_deadline,
    stop_deadline,
    suggest_clocks,
    switch_clock_off,
    undo_clock,
)

_ALL = "settings/clocks/"

urlpatterns = [
    path(_ALL, manage_clocks, name="manage_clocks"),
    path(f"{_ALL}export/", export_clocks, name="clocks_export"),
    path(f"{_ALL}suggested/", suggest_clocks, name="suggest_clocks"),
    path(f"{_ALL}recount/", recount, name="recount_clocks"),
    path(f"{_ALL}<uuid:key>/", change_clock, name="clock_rule"),
    path(f"{_ALL}<uuid:key>/off/", switch_clock_off, name="clock_off"),
    path(f"{_ALL}<uuid:key>/undo/", undo_clock, name="undo_clock"),
    path("cases/<str:number>/escalate/", escalate_case, name="case_escalate"),
    path("cases/<str:number>/deadline/", start_deadline, name="case_deadline"),
    path("cases/<str:number>/deadline/<int:clock_id>/end/", stop_deadline, name="case_deadline_end"),
]
