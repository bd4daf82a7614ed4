"""The address at which stars are given."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.moods.views import give

urlpatterns = [path("cases/<str:number>/mood/", give, name="case_mood")]
