"""The addresses of signals that open cases."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.signals.views import act_on_rule, change_rule, show_rules, undo_change

_ALL = "settings/signal-cases/"

urlpatterns = [
    path(_ALL, show_rules, name="signal_rules"),
    path(f"{_ALL}<int:rule_id>/", change_rule, name="signal_rule"),
    path(f"{_ALL}<int:rule_id>/act/", act_on_rule, name="signal_rule_act"),
    path(f"{_ALL}<int:rule_id>/undo/", undo_change, name="signal_rule_undo"),
]
