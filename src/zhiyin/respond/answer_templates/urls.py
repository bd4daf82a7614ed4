"""The addresses of templates."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.answer_templates.views import (
    change_template,
    manage_templates,
    switch_template,
    undo_template,
    use_template,
)

_ONE = "answer-templates/<uuid:key>/"

urlpatterns = [
    path("answer-templates/", manage_templates, name="answer_templates"),
    path(_ONE, change_template, name="answer_template"),
    path(f"{_ONE}switch/", switch_template, name="switch_answer_template"),
    path(f"{_ONE}undo/", undo_template, name="undo_answer_template"),
    path("cases/<str:number>/template/", use_template, name="case_use_template"),
]
