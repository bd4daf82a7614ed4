"""The addresses of the brief of a case."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.brief.views import show_asked, show_brief, show_numbers

urlpatterns = [
    path("cases/<str:number>/brief/", show_brief, name="case_brief"),
    path("cases/<str:number>/asked/", show_asked, name="case_asked"),
    path("cases/<str:number>/orders/", show_numbers, name="case_order_numbers"),
]
