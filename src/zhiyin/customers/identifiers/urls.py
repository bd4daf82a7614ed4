"""The URLs of identifiers."""

from __future__ import annotations

from django.urls import path

from zhiyin.customers.identifiers import views

urlpatterns = [
    path("customers/identifiers/<int:identity_id>/", views.show_identifier, name="show_identifier"),
]
