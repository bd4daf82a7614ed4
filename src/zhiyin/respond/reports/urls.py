"""The addresses of reports on cases."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.reports.views import export_rows, show_reports, show_rows

urlpatterns = [
    path("case-reports/", show_reports, name="case_reports"),
    path("case-reports/cases/", show_rows, name="case_report_rows"),
    path("case-reports/export/", export_rows, name="case_report_export"),
]
