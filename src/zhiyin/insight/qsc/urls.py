"""The addresses of QSC."""

from __future__ import annotations

from django.urls import path

from zhiyin.insight.qsc.views import qsc, qsc_export, qsc_settings, qsc_undo

urlpatterns = [
    path("qsc/", qsc, name="qsc"),
    path("qsc/export/", qsc_export, name="qsc_export"),
    path("qsc/settings/", qsc_settings, name="qsc_settings"),
    path("qsc/settings/<int:version>/undo/", qsc_undo, name="qsc_undo"),
]
