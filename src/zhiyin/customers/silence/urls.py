"""The addresses of silence."""

from __future__ import annotations

from django.urls import path

from zhiyin.customers.silence import list_views, views

urlpatterns = [
    path("customers/silent/", views.silent_customers, name="silent_customers"),
    path("customers/silent/speaking/", views.speaking_share, name="speaking_share"),
    path("customers/silent/model/", views.silence_model, name="silence_model"),
    path("customers/silent/export/", views.export_silent, name="export_silent"),
    path("customers/silent/lists/", list_views.make_invitation_list, name="make_invitation_list"),
    path("customers/silent/lists/<int:list_id>/", list_views.invitation_list, name="invitation_list"),
    path("customers/silent/lists/<int:list_id>/export/", list_views.export_invited, name="export_invited"),
    path(
        "customers/silent/lists/<int:list_id>/delete/",
        list_views.delete_invitation_list,
        name="delete_invitation_list",
    ),
]
