"""The addresses of policies."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.policies.case_views import (
    ask_for_approval,
    ask_policy,
    grant_decision,
    take_grant_back,
    use_reason,
)

_ONE = "cases/<str:number>/"

urlpatterns = [
    path(f"{_ONE}policy/", ask_policy, name="case_policy"),
    path(f"{_ONE}decisions/<int:decision_id>/grant/", grant_decision, name="case_grant"),
    path(f"{_ONE}decisions/<int:decision_id>/approval/", ask_for_approval, name="case_ask_approval"),
    path(f"{_ONE}decisions/<int:decision_id>/reason/", use_reason, name="case_policy_reason"),
    path(f"{_ONE}grants/<uuid:compensation_id>/undo/", take_grant_back, name="case_grant_undo"),
]
