"""The addresses of delivery."""

from __future__ import annotations

from django.urls import path

from zhiyin.insight.delivery import log_views, views

urlpatterns = [
    path("settings/destinations/", views.destinations, name="destinations"),
    path("settings/destinations/new/<str:kind>/", views.new_destination, name="new_destination"),
    path("settings/destinations/<int:destination_id>/", views.destination, name="destination"),
    path("settings/destinations/<int:destination_id>/try/", views.try_destination, name="try_destination"),
    path(
        "settings/destinations/<int:destination_id>/switch/",
        views.switch_destination,
        name="switch_destination",
    ),
    path(
        "settings/destinations/<int:destination_id>/delete/",
        views.delete_destination,
        name="delete_destination",
    ),
    path("settings/deliveries/", log_views.deliveries, name="deliveries"),
    path("settings/deliveries/<int:delivery_id>/again/", log_views.repeat_delivery, name="repeat_delivery"),
]
