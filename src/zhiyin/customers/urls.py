"""The URLs of customers."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("zhiyin.customers.identifiers.urls")),
    path("", include("zhiyin.customers.linking.urls")),
    path("", include("zhiyin.customers.matching.urls")),
    path("", include("zhiyin.customers.profile.urls")),
    path("", include("zhiyin.customers.segments.urls")),
    path("", include("zhiyin.customers.silence.urls")),
    path("", include("zhiyin.customers.value.urls")),
    path("", include("zhiyin.customers.rights.urls")),
]
