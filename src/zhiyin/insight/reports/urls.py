"""The addresses of reports."""

from __future__ import annotations

from django.urls import path

from zhiyin.insight.reports import views
from zhiyin.insight.reports.draft_views import report_words

urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/new/", views.new_report, name="new_report"),
    path("reports/plan/<int:report_id>/", views.report, name="report"),
    path("reports/plan/<int:report_id>/preview/", views.preview_report, name="preview_report"),
    path("reports/plan/<int:report_id>/send/", views.send_report, name="send_report"),
    path("reports/plan/<int:report_id>/switch/", views.switch_report, name="switch_report"),
    path("reports/plan/<int:report_id>/delete/", views.delete_report, name="delete_report"),
    path("reports/<int:snapshot_id>/", views.report_snapshot, name="report_snapshot"),
    path("reports/<int:snapshot_id>/words/", report_words, name="report_words"),
    path("reports/<int:snapshot_id>/workbook/", views.report_workbook, name="report_workbook"),
]
