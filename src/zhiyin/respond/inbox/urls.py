"""The addresses of the inbox and of answers to voices."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.inbox.answering import (
    check_reply,
    help_reply,
    post_reply,
    put_there,
    read_reply,
    show_voice,
    take_back,
)
from zhiyin.respond.inbox.beside import show_beside_voice, show_similar
from zhiyin.respond.inbox.letters import change_letter
from zhiyin.respond.inbox.stuck import show_to_help, show_to_read
from zhiyin.respond.inbox.views import export_inbox, show_inbox
from zhiyin.respond.inbox.ways import manage_ways

_ONE = "inbox/voices/<str:feedback_id>/"

urlpatterns = [
    path("inbox/", show_inbox, name="inbox"),
    path("inbox/export/", export_inbox, name="inbox_export"),
    path("inbox/ways/", manage_ways, name="inbox_ways"),
    path("inbox/to-read/", show_to_read, name="inbox_to_read"),
    path("inbox/to-help/", show_to_help, name="inbox_to_help"),
    path(_ONE, show_voice, name="inbox_voice"),
    path(f"{_ONE}beside/", show_beside_voice, name="inbox_beside"),
    path("cases/<str:number>/letters/<str:key>/", change_letter, name="case_letter"),
    path("cases/<str:number>/similar/", show_similar, name="case_similar"),
    path(f"{_ONE}check/", check_reply, name="inbox_check"),
    path(f"{_ONE}reply/", post_reply, name="inbox_reply"),
    path(f"{_ONE}put-there/", put_there, name="inbox_put_there"),
    path(f"{_ONE}take-back/", take_back, name="inbox_take_back"),
    path(f"{_ONE}read/", read_reply, name="inbox_read"),
    path(f"{_ONE}help/", help_reply, name="inbox_help"),
]
