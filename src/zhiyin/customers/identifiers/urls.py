"""The URLs of identifiers."""

from __future__ import annotations

from django.urls import path

from zhiyin.customers.identifiers import key_views, views

urlpatterns = [
    path("customers/identifiers/<int:identity_id>/", views.show_identifier, name="show_identifier"),
    path("settings/encryption/", key_views.show_keys, name="encryption"),
    path("settings/encryption/export/", key_views.export_keys, name="export_encryption"),
    path("settings/encryption/new/", key_views.make_key, name="make_key"),
    path("settings/encryption/anew/", key_views.seal_anew, name="seal_anew"),
]
