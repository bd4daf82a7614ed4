"""The addresses of measures."""

from __future__ import annotations

from django.urls import path

from zhiyin.insight.measures.views import measure, measure_export, measures, measures_export

urlpatterns = [
    path("measures/", measures, name="measures"),
    path("measures/<slug:code>/", measure, name="measure"),
    path("export/measures/", measures_export, name="measures_export"),
    path("export/measures/<slug:code>/", measure_export, name="measure_export"),
]
