"""The addresses of alerts."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from zhiyin.insight.views.alerts import alert, alert_act, alerts

urlpatterns: list[URLPattern | URLResolver] = [
    path("alerts/", alerts, name="alerts"),
    path("alerts/<int:incident_id>/", alert, name="alert"),
    path("alerts/<int:incident_id>/act/", alert_act, name="alert_act"),
]
