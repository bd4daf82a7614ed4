"""The addresses of notices."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.notices.views import (
    choose_mail,
    mark_all,
    mark_notice,
    open_notice,
    show_notices,
    undo_all,
)

_ALL = "notices/"

urlpatterns = [
    path(_ALL, show_notices, name="notices"),
    path(f"{_ALL}read/", mark_all, name="notices_read"),
    path(f"{_ALL}undo/<str:moment>/", undo_all, name="notices_undo"),
    path(f"{_ALL}mail/", choose_mail, name="notices_mail"),
    path(f"{_ALL}<int:notice_id>/open/", open_notice, name="notice_open"),
    path(f"{_ALL}<int:notice_id>/", mark_notice, name="notice_mark"),
]
