"""The addresses of matching."""

from __future__ import annotations

from django.urls import path

from zhiyin.customers.matching import views

urlpatterns = [
    path("customers/proposals/", views.proposals, name="proposals"),
    path("customers/proposals/decide/", views.decide, name="decide_proposals"),
    path("customers/proposals/look/", views.look_for_proposals, name="look_for_proposals"),
    path("customers/proposals/curve/", views.matching_curve, name="matching_curve"),
    path("customers/proposals/threshold/", views.set_matching_threshold, name="set_matching_threshold"),
    path("customers/proposals/<str:ids>/take-back/", views.take_back_proposals, name="take_back_proposals"),
]
