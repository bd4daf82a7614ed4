"""The addresses of comparisons with others."""

from __future__ import annotations

from django.urls import path

from zhiyin.insight.peers.views import peers, peers_export

urlpatterns = [
    path("peers/<path:code>/", peers, name="peers"),
    path("export/peers/<path:code>/", peers_export, name="peers_export"),
]
