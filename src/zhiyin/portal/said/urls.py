"""The addresses of what customers said and what we did."""

from __future__ import annotations

from django.urls import path

from zhiyin.portal.said.views import edit_entry, list_entries, publish, said_and_done, show_entry, withdraw

_STAFF = "knowledge/said-and-done/"

urlpatterns = [
    path("said-and-done/", said_and_done, name="portal_said_and_done"),
    path(_STAFF, list_entries, name="said_and_done_entries"),
    path(f"{_STAFF}new/", edit_entry, name="new_said_and_done"),
    path(f"{_STAFF}<int:pk>/", show_entry, name="said_and_done_entry"),
    path(f"{_STAFF}<int:pk>/edit/", edit_entry, name="edit_said_and_done"),
    path(f"{_STAFF}<int:pk>/publish/", publish, name="publish_said_and_done"),
    path(f"{_STAFF}<int:pk>/withdraw/", withdraw, name="withdraw_said_and_done"),
]
