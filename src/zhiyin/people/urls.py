"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from zhiyin.people.exporting import views as exports
from zhiyin.people.views import audit, keys, my_account
from zhiyin.people.views.accounts import directory, person
from zhiyin.people.views.join import join
from zhiyin.people.views.palette import palette
from zhiyin.people.views.session import choose_language, sign_in, sign_out
from zhiyin.people.views.setup import set_up
from zhiyin.people.views.units import edit, many, sheet, tree
from zhiyin.people.worktime import views as calendars

_CALENDAR = "settings/calendars/<int:unit_id>/"
_ROLE = "settings/people/<int:account_id>/roles/<str:role>/<int:unit_id>/<str:deed>/"

urlpatterns = [
    path("setup/<str:token>/", set_up, name="set_up"),
    path("join/<str:token>/", join, name="join"),
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("palette/", palette, name="palette"),
    path("language/", choose_language, name="choose_language"),
    path("account/", my_account.my_account, name="my_account"),
    path("account/password/", my_account.set_own_password, name="set_own_password"),
    path("account/sessions/", my_account.end_other_sessions, name="end_other_sessions"),
    path("settings/units/", tree.manage_units, name="manage_units"),
    path("settings/units/find/", tree.find_units, name="find_units"),
    path("settings/units/export/", tree.export_units, name="unit_tree_export"),
    path("settings/units/new/", edit.new_unit, name="new_unit"),
    path("settings/units/sheet/", sheet.take_sheet, name="units_sheet"),
    path("settings/units/many/", many.change_many, name="change_units"),
    path("settings/units/undo/<int:first>/<int:last>/", many.undo, name="undo_units"),
    path("settings/units/<int:unit_id>/", edit.show_unit, name="unit_settings"),
    path("settings/units/<int:unit_id>/branch/", tree.unit_branch, name="unit_branch"),
    path("settings/units/<int:unit_id>/edit/", edit.edit_unit, name="edit_unit"),
    path("settings/units/<int:unit_id>/move/", edit.move, name="move_unit"),
    path("settings/units/<int:unit_id>/merge/", edit.merge, name="merge_unit"),
    path("settings/units/<int:unit_id>/state/<str:state>/", edit.set_state, name="unit_state"),
    path("settings/calendars/", calendars.manage_calendars, name="manage_calendars"),
    path(_CALENDAR, calendars.show_calendar, name="work_calendar"),
    path(f"{_CALENDAR}export/", calendars.export_calendar, name="work_calendar_export"),
    path(f"{_CALENDAR}do/<str:deed>/", calendars.change_calendar, name="change_work_calendar"),
    path(f"{_CALENDAR}undo/<int:change_id>/", calendars.undo_calendar, name="undo_work_calendar"),
    path("settings/people/", directory.manage_accounts, name="manage_accounts"),
    path("settings/people/export/", directory.export_accounts, name="accounts_export"),
    path("settings/people/new/", directory.invite, name="invite"),
    path("settings/people/<int:account_id>/", person.show_account, name="account_settings"),
    path("settings/people/<int:account_id>/edit/", person.edit_account, name="edit_account"),
    path("settings/people/<int:account_id>/roles/", person.grant, name="grant_role"),
    path(_ROLE, person.change_role, name="change_role"),
    path("settings/people/<int:account_id>/state/<str:state>/", person.set_state, name="account_state"),
    path("settings/people/<int:account_id>/link/", person.make_link, name="account_link"),
    path("settings/keys/", keys.manage_keys, name="manage_keys"),
    path("settings/keys/export/", keys.export_keys, name="keys_export"),
    path("settings/keys/new/", keys.new_key, name="new_key"),
    path("settings/keys/<int:key_id>/revoke/", keys.revoke, name="revoke_key"),
    path("exports/", exports.show_exports, name="exports"),
    path("exports/ask/", exports.ask, name="ask_for_export"),
    path("exports/rule/", exports.change_rule, name="export_rule"),
    path("exports/<int:request_id>/answer/", exports.answer, name="answer_export"),
    path("exports/<int:request_id>/take-back/", exports.take_back, name="take_back_export"),
    path("exports/<int:request_id>/withdraw/", exports.withdraw, name="withdraw_export"),
    path("settings/audit/", audit.audit, name="audit"),
    path("settings/audit/export/", audit.export_audit, name="audit_export"),
    path("settings/audit/verify/", audit.verify, name="verify_audit"),
]
