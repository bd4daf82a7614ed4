"""The addresses of the flow of cases."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.flow.views_family import (
    clone,
    group,
    merge,
    split,
    ungroup,
    unmerge,
    unsplit,
    update_group,
)
from zhiyin.respond.flow.views_lists import delete_view, save_view
from zhiyin.respond.flow.views_steps import (
    acknowledge_case,
    ask,
    assess_case,
    find_out,
    follow,
    hold,
    look,
    resume,
    tell_decision,
    urge,
)
from zhiyin.respond.views.opening import join_by_voice

_ONE = "cases/<str:number>/"

urlpatterns = [
    path("voices/<str:feedback_id>/join/", join_by_voice, name="join_case"),
    path("cases/lists/", save_view, name="case_views"),
    path("cases/lists/<int:view_id>/delete/", delete_view, name="delete_case_view"),
    path(f"{_ONE}acknowledge/", acknowledge_case, name="case_acknowledge"),
    path(f"{_ONE}assess/", assess_case, name="case_assess"),
    path(f"{_ONE}finding/", find_out, name="case_finding"),
    path(f"{_ONE}told/", tell_decision, name="case_told"),
    path(f"{_ONE}ask/", ask, name="case_ask"),
    path(f"{_ONE}hold/", hold, name="case_hold"),
    path(f"{_ONE}resume/", resume, name="case_resume"),
    path(f"{_ONE}urge/", urge, name="case_urge"),
    path(f"{_ONE}follow/", follow, name="case_follow"),
    path(f"{_ONE}looking/", look, name="case_looking"),
    path(f"{_ONE}clone/", clone, name="case_clone"),
    path(f"{_ONE}merge/", merge, name="case_merge"),
    path(f"{_ONE}unmerge/", unmerge, name="case_unmerge"),
    path(f"{_ONE}split/", split, name="case_split"),
    path(f"{_ONE}unsplit/", unsplit, name="case_unsplit"),
    path(f"{_ONE}group/", group, name="case_group"),
    path(f"{_ONE}ungroup/", ungroup, name="case_ungroup"),
    path(f"{_ONE}update/", update_group, name="case_update"),
]
