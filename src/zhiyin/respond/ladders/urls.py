"""The addresses of ladders."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.ladders.views import manage_ladders, remove_rung, restore_rung, suggest_ladders

_ALL = "settings/clocks/ladders/"

urlpatterns = [
    path(_ALL, manage_ladders, name="manage_ladders"),
    path(f"{_ALL}usual/", suggest_ladders, name="suggest_ladders"),
    path(f"{_ALL}<int:rung_id>/remove/", remove_rung, name="ladder_remove"),
    path(f"{_ALL}<int:rung_id>/restore/", restore_rung, name="ladder_restore"),
]
