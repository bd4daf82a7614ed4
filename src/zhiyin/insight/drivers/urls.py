"""The addresses of why."""

from __future__ import annotations

from django.urls import path

from zhiyin.insight.drivers.order_views import why_order_voices
from zhiyin.insight.drivers.views import why, why_export

urlpatterns = [
    path("why/", why, name="why"),
    path("why/orders/", why_order_voices, name="why_order_voices"),
    path("export/why/<str:table>/", why_export, name="why_export"),
]
