"""An answer drafted by the language model that the company set, for a person to read and send."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from zhiyin.assist.prompts import Language
from zhiyin.assist.services.drafts import Material, make_draft
from zhiyin.assist.wording import say
from zhiyin.errors import ZhiyinError
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.case_page import CasePage, read_case_page
from zhiyin.respond.views.case import draw_case, find_case


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def draft_by_machine(request: HttpRequest, number: str) -> HttpResponse:
    """The page of the case with a draft below what was typed; nothing is kept or sent by it."""
    case = find_case(request, number)
    page = read_case_page(request, case)
    typed = request.POST.get("answer", "").strip()
    try:
        draft = make_draft("reply", _material(page), language=_language(page), by=actor_of(request))
    except ZhiyinError as error:
        return draw_case(request, case, problem=say(error), typed={"answer": typed}, status=503)
    answer = "\n\n".join(filter(None, [typed, draft.text]))
    return draw_case(request, case, typed={"answer": answer}, machine_draft=draft)


def _material(page: CasePage) -> Material:
    said = [voice.detail.feedback.text for voice in page.voices if voice.detail.feedback.text]
    said += [entry.words for entry in page.entries if entry.kind == "customer" and entry.words]
    notes = [
        f"{timezone.localtime(entry.at):%Y-%m-%d} {entry.words}"
        for entry in page.entries
        if entry.kind in ("note", "answer") and entry.words
    ]
    return Material(said=said, facts={"notes": notes})


def _language(page: CasePage) -> Language:
    spoken = page.voices[0].detail.feedback.language if page.voices else "zh"
    return "en" if spoken == "en" else "zh"
