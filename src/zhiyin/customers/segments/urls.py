"""The addresses of segments."""

from __future__ import annotations

from django.urls import path

from zhiyin.customers.segments import edit_views, views
from zhiyin.customers.segments.export_views import segment_export
from zhiyin.customers.segments.reveal_views import segment_identifiers_export

urlpatterns = [
    path("customers/segments/", views.segments, name="segments"),
    path("customers/segments/new/", edit_views.new_segment, name="new_segment"),
    path("customers/segments/<int:segment_id>/", views.segment, name="segment"),
    path("customers/segments/<int:segment_id>/count/", views.segment_count, name="segment_count"),
    path("customers/segments/<int:segment_id>/edit/", edit_views.edit_segment, name="edit_segment"),
    path("customers/segments/<int:segment_id>/delete/", views.delete_segment, name="delete_segment"),
    path("customers/segments/<int:segment_id>/export/", segment_export, name="segment_export"),
    path(
        "customers/segments/<int:segment_id>/export/identifiers/",
        segment_identifiers_export,
        name="segment_identifiers_export",
    ),
    path(
        "customers/segments/<int:segment_id>/snapshots/",
        views.take_segment_snapshot,
        name="take_segment_snapshot",
    ),
    path(
        "customers/segments/<int:segment_id>/snapshots/<int:snapshot_id>/delete/",
        views.delete_segment_snapshot,
        name="delete_segment_snapshot",
    ),
    path(
        "customers/segments/<int:segment_id>/versions/<int:number>/",
        views.restore_segment_version,
        name="restore_segment_version",
    ),
]
