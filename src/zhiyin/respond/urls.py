"""The addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from zhiyin.respond.owning.transfer_view import show_owners, transfer
from zhiyin.respond.views.case import show_case, show_code, show_customer
from zhiyin.respond.views.links import renew
from zhiyin.respond.views.lists import export_cases, show_cases
from zhiyin.respond.views.machine_draft import draft_by_machine
from zhiyin.respond.views.many import change_many, undo_many
from zhiyin.respond.views.opening import open_from_voice
from zhiyin.respond.views.steps import (
    add,
    answer,
    begin,
    close,
    reopen,
    reveal_contact,
    save_draft,
    set_time,
)

_ONE = "cases/<str:number>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("zhiyin.respond.knowing.urls")),
    path("", include("zhiyin.respond.clocks.urls")),
    path("", include("zhiyin.respond.ladders.urls")),
    path("", include("zhiyin.respond.notices.urls")),
    path("", include("zhiyin.respond.reports.urls")),
    path("", include("zhiyin.respond.quality.urls")),
    path("", include("zhiyin.respond.policies.urls")),
    path("", include("zhiyin.respond.inbox.urls")),
    path("", include("zhiyin.respond.answer_templates.urls")),
    path("", include("zhiyin.respond.owning.urls")),
    path("", include("zhiyin.respond.brief.urls")),
    path("", include("zhiyin.respond.moods.urls")),
    path("", include("zhiyin.respond.flow.urls")),
    path("", include("zhiyin.respond.callbacks.urls")),
    path("", include("zhiyin.respond.solved.urls")),
    path("", include("zhiyin.respond.signals.urls")),
    path("", include("zhiyin.respond.visits.urls")),
    path("cases/", show_cases, name="cases"),
    path("cases/export/", export_cases, name="cases_export"),
    path("cases/many/", change_many, name="cases_many"),
    path("cases/undo/", undo_many, name="cases_undo"),
    path(_ONE, show_case, name="case"),
    path(f"{_ONE}customer/", show_customer, name="case_customer"),
    path(f"{_ONE}code.svg", show_code, name="case_code"),
    path(f"{_ONE}link/", renew, name="case_link"),
    path(f"{_ONE}start/", begin, name="case_start"),
    path(f"{_ONE}note/", add, name="case_note"),
    path(f"{_ONE}draft/", save_draft, name="case_draft"),
    path(f"{_ONE}machine-draft/", draft_by_machine, name="case_machine_draft"),
    path(f"{_ONE}answer/", answer, name="case_answer"),
    path(f"{_ONE}transfer/", transfer, name="case_transfer"),
    path(f"{_ONE}transfer/owners/", show_owners, name="case_transfer_owners"),
    path(f"{_ONE}due/", set_time, name="case_due"),
    path(f"{_ONE}close/", close, name="case_close"),
    path(f"{_ONE}reopen/", reopen, name="case_reopen"),
    path(f"{_ONE}contact/", reveal_contact, name="case_contact"),
    path("voices/<str:feedback_id>/case/", open_from_voice, name="open_case"),
]
