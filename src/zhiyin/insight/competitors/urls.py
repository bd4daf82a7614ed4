"""The addresses of competitors."""

from __future__ import annotations

from django.urls import path

from zhiyin.insight.competitors.views import (
    competitor_edit,
    competitor_remove,
    competitors,
    competitors_export,
)

urlpatterns = [
    path("competitors/", competitors, name="competitors"),
    path("competitors/export/", competitors_export, name="competitors_export"),
    path("competitors/new/", competitor_edit, name="competitor_new"),
    path("competitors/<int:competitor_id>/", competitor_edit, name="competitor_edit"),
    path("competitors/<int:competitor_id>/remove/", competitor_remove, name="competitor_remove"),
]
