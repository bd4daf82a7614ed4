"""The addresses of visits and technicians."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.visits.booking_views import move, plan
from zhiyin.respond.visits.planner_views import (
    change_technician,
    manage_technicians,
    send_visit,
    show_planner,
)
from zhiyin.respond.visits.views import (
    add_part,
    back,
    change_part,
    delay,
    finish,
    restore,
    step,
    unmove,
)

_ONE = "cases/<str:number>/visits/<int:pk>/"

urlpatterns = [
    path("visits/", show_planner, name="visits"),
    path("visits/<int:pk>.ics", send_visit, name="visit_calendar"),
    path("settings/technicians/", manage_technicians, name="technicians"),
    path("settings/technicians/<int:pk>/", change_technician, name="technician"),
    path("cases/<str:number>/visits/new/", plan, name="visit_plan"),
    path(f"{_ONE}move/", move, name="visit_move"),
    path(f"{_ONE}unmove/", unmove, name="visit_unmove"),
    path(f"{_ONE}step/", step, name="visit_step"),
    path(f"{_ONE}finish/", finish, name="visit_finish"),
    path(f"{_ONE}delay/", delay, name="visit_delay"),
    path(f"{_ONE}back/", back, name="visit_back"),
    path(f"{_ONE}restore/", restore, name="visit_restore"),
    path(f"{_ONE}parts/", add_part, name="visit_part_add"),
    path(f"{_ONE}parts/<int:part_id>/", change_part, name="visit_part"),
]
