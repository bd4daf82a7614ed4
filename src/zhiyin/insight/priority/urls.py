"""The addresses of priorities."""

from __future__ import annotations

from django.urls import path

from zhiyin.insight.priority.views import (
    judge_problem,
    priority,
    priority_export,
    priority_problem,
    unwant_improvement,
    want_improvement,
)

urlpatterns = [
    path("priority/", priority, name="priority"),
    path("priority/problem/", priority_problem, name="priority_problem"),
    path("priority/effort/", judge_problem, name="judge_problem"),
    path("priority/improve/", want_improvement, name="want_improvement"),
    path("priority/improve/back/", unwant_improvement, name="unwant_improvement"),
    path("export/priority/", priority_export, name="priority_export"),
]
