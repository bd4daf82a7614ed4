"""The addresses of policies."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.policies.approval_views import answer_approval, choose_deputy, show_approvals
from zhiyin.respond.policies.case_views import (
    ask_for_approval,
    ask_policy,
    grant_decision,
    take_grant_back,
    use_reason,
)
from zhiyin.respond.policies.compensation_views import export_compensations, show_compensations
from zhiyin.respond.policies.going_back_views import call_off_version, put_draft_back, put_settings_back
from zhiyin.respond.policies.manage_views import (
    drop_limit,
    manage_limits,
    manage_policies,
    put_limit_back,
    use_shipped_policies,
)
from zhiyin.respond.policies.policy_views import (
    add_test,
    change_settings,
    drop_draft,
    edit_policy,
    export_table,
    import_table,
    put_back,
    put_in_force,
    put_test_back,
    remove_test,
    show_policy,
)

_ALL = "settings/policies/"
_POLICY = f"{_ALL}<slug:code>/"
_ONE = "cases/<str:number>/"

urlpatterns = [
    path(_ALL, manage_policies, name="manage_policies"),
    path("settings/policy-limits/", manage_limits, name="manage_limits"),
    path("settings/policy-limits/<int:limit_id>/remove/", drop_limit, name="drop_limit"),
    path("settings/policy-limits/undo/", put_limit_back, name="put_limit_back"),
    path("settings/shipped-policies/", use_shipped_policies, name="use_shipped_policies"),
    path(_POLICY, show_policy, name="policy"),
    path(f"{_POLICY}edit/", edit_policy, name="policy_edit"),
    path(f"{_POLICY}import/", import_table, name="policy_import"),
    path(f"{_POLICY}live/", put_in_force, name="policy_live"),
    path(f"{_POLICY}drop/", drop_draft, name="policy_drop"),
    path(f"{_POLICY}drop/undo/", put_draft_back, name="policy_drop_undo"),
    path(f"{_POLICY}settings/", change_settings, name="policy_settings"),
    path(f"{_POLICY}settings/undo/", put_settings_back, name="policy_settings_undo"),
    path(f"{_POLICY}tests/", add_test, name="policy_test"),
    path(f"{_POLICY}tests/undo/", put_test_back, name="policy_test_undo"),
    path(f"{_POLICY}tests/<int:test_id>/remove/", remove_test, name="policy_test_remove"),
    path(f"{_POLICY}versions/<int:n>/back/", put_back, name="policy_back"),
    path(f"{_POLICY}versions/<int:n>/off/", call_off_version, name="policy_call_off"),
    path(f"{_POLICY}versions/<int:n>/jdm/", export_table, name="policy_export"),
    path("approvals/", show_approvals, name="approvals"),
    path("approvals/deputy/", choose_deputy, name="approval_deputy"),
    path("approvals/<int:approval_id>/", answer_approval, name="approval_answer"),
    path("compensations/", show_compensations, name="compensations"),
    path("compensations/export/", export_compensations, name="compensations_export"),
    path(f"{_ONE}policy/", ask_policy, name="case_policy"),
    path(f"{_ONE}decisions/<int:decision_id>/grant/", grant_decision, name="case_grant"),
    path(f"{_ONE}decisions/<int:decision_id>/approval/", ask_for_approval, name="case_ask_approval"),
    path(f"{_ONE}decisions/<int:decision_id>/reason/", use_reason, name="case_policy_reason"),
    path(f"{_ONE}grants/<uuid:compensation_id>/undo/", take_grant_back, name="case_grant_undo"),
]
