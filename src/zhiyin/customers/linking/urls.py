"""The addresses of linking."""

from __future__ import annotations

from django.urls import path

from zhiyin.customers.linking import rule_views, split_views, views

urlpatterns = [
    path("customers/links/", views.held, name="held_links"),
    path("customers/links/decide/", views.decide, name="decide_links"),
    path("customers/links/<str:ids>/take-back/", views.take_back, name="take_back_links"),
    path("customers/links/<int:link_id>/undo/", views.undo, name="undo_link"),
    path("customers/links/<int:link_id>/redo/", views.redo, name="redo_link"),
    path("customers/<uuid:customer_id>/links/", views.of_customer, name="customer_links"),
    path("customers/<uuid:customer_id>/links/new/", views.link_with, name="link_customer"),
    path("customers/<uuid:customer_id>/split/", split_views.split, name="split_customer"),
    path("customers/splits/<int:split_id>/undo/", split_views.undo, name="undo_split"),
    path("settings/linking/", rule_views.link_rules, name="link_rules"),
    path("settings/linking/use/", rule_views.use_link_rules, name="use_link_rules"),
]
