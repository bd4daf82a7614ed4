"""What this room adds to the pages of voices: a button, a mark in the list, a panel with the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.insight.voice_panels import Mark, VoiceAction, VoiceMarks, VoicePanel, register
from zhiyin.listen.queries import FeedbackDetail
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission
from zhiyin.people.scope import Scope
from zhiyin.respond.queries import cases_of_voice, cases_of_voices


def add_to_voices() -> None:
    """Register with the pages of voices; again, it changes nothing."""
    register(
        VoiceAction(
            name="open_case",
            label=gettext_lazy("Open a case"),
            icon="clipboard-list",
            url_name="open_case",
            permission=Permission.CASES_WORK,
            key="a",
            choose=_without_case,
            order=10,
        ),
        VoiceMarks(name="cases", permission=Permission.CASES_READ, build=_marks, order=10),
        VoicePanel(
            name="cases",
            template="respond/_voice_panel.html",
            permission=Permission.CASES_READ,
            build=_panel,
            order=10,
        ),
    )


def _marks(request: HttpRequest, feedback_ids: Sequence[str]) -> Mapping[str, Sequence[Mark]]:
    found = cases_of_voices(feedback_ids, scope=_scope(request))
    return {
        feedback_id: [
            Mark(
                label=_("Case %(number)s") % {"number": case.number},
                url=reverse("case", args=[case.number]),
                tone="info" if case.is_open else "good",
            )
        ]
        for feedback_id, case in found.items()
    }


def _without_case(request: HttpRequest, feedback_ids: Sequence[str]) -> list[str]:
    found = cases_of_voices(feedback_ids, scope=_scope(request))
    return [feedback_id for feedback_id in feedback_ids if feedback_id not in found]


def _panel(request: HttpRequest, detail: FeedbackDetail) -> Mapping[str, object]:
    cases = cases_of_voice(detail.feedback.feedback_id, scope=_scope(request))
    return {"cases": cases} if cases else {}


def _scope(request: HttpRequest) -> Scope:
    return visitor_of(request).scope_for(Permission.CASES_READ)
