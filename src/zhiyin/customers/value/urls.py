"""The addresses of value seen."""

from __future__ import annotations

from django.urls import path

from zhiyin.customers.value import import_views, views

urlpatterns = [
    path("customers/value/import/", import_views.import_value, name="import_value"),
    path("customers/<uuid:customer_id>/value/", views.customer_value, name="customer_value"),
    path("customers/<uuid:customer_id>/value/enter/", views.enter_customer_value, name="enter_value"),
    path(
        "customers/<uuid:customer_id>/value/<str:entry_id>/take-back/",
        views.take_customer_value_back,
        name="take_value_back",
    ),
    path("settings/value-statement/", views.statement_words, name="statement_words"),
    path(
        "settings/value-statement/<int:version>/restore/",
        views.restore_statement_words,
        name="restore_statement_words",
    ),
]
