"""The URLs of the list of customers and of one customer's page."""

from __future__ import annotations

from django.urls import path

from zhiyin.customers.profile.views.acts import (
    relate_customer,
    rerelate_customer,
    star_contact,
    unrelate_customer,
)
from zhiyin.customers.profile.views.customer import (
    customer,
    customer_panels,
    customer_portrait,
    customer_words,
)
from zhiyin.customers.profile.views.roster import customers, customers_export, find_customers

urlpatterns = [
    path("customers/", customers, name="customers"),
    path("customers/find/", find_customers, name="find_customers"),
    path("customers/export/", customers_export, name="customers_export"),
    path("customers/<uuid:customer_id>/", customer, name="customer"),
    path("customers/<uuid:customer_id>/portrait/", customer_portrait, name="customer_portrait"),
    path("customers/<uuid:customer_id>/words/", customer_words, name="customer_words"),
    path("customers/<uuid:customer_id>/panels/", customer_panels, name="customer_panels"),
    path("customers/<uuid:customer_id>/stars/", star_contact, name="star_contact"),
    path("customers/<uuid:customer_id>/relations/", relate_customer, name="relate_customer"),
    path(
        "customers/<uuid:customer_id>/relations/<int:relation_id>/<int:member_id>/remove/",
        unrelate_customer,
        name="unrelate_customer",
    ),
    path(
        "customers/<uuid:customer_id>/relations/<int:relation_id>/<int:member_id>/restore/",
        rerelate_customer,
        name="rerelate_customer",
    ),
]
