"""The addresses of alerts."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from zhiyin.insight.views.alert_rules import alert_rule, alert_rule_act, alert_rules, new_alert_rule
from zhiyin.insight.views.alerts import alert, alert_act, alerts, look_for_past_incidents

urlpatterns: list[URLPattern | URLResolver] = [
    path("alerts/", alerts, name="alerts"),
    path("alerts/past/", look_for_past_incidents, name="look_for_past_incidents"),
    path("alerts/<int:incident_id>/", alert, name="alert"),
    path("alerts/<int:incident_id>/act/", alert_act, name="alert_act"),
    path("settings/alerts/", alert_rules, name="alert_rules"),
    path("settings/alerts/new/", new_alert_rule, name="new_alert_rule"),
    path("settings/alerts/<int:rule_id>/", alert_rule, name="alert_rule"),
    path("settings/alerts/<int:rule_id>/act/", alert_rule_act, name="alert_rule_act"),
]
