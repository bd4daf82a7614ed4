"""Page: is this text plain, short, trustworthy and respectful?"""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.knowledge.marking import cut, name_remarks
from zhiyin.knowledge.plain import MAX_SIGNS, Kind, check_text, language_of
from zhiyin.people.permissions import Permission, requires

# Where a page has several texts, each names its field, and has its remarks below; in long forms in few words.
_FIELD = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_KINDS: tuple[Kind, ...] = ("answer", "review", "message", "article", "staff_article")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.FEEDBACK_READ)
def check(request: HttpRequest) -> HttpResponse:
    """A text with its remarks; as one types, the part below alone. Nothing is kept."""
    given = request.POST.get("field", "")
    field = given if _FIELD.fullmatch(given) else "text"
    checked_id = "checked" if field == "text" else f"checked-{field}"
    text = request.POST.get(field, "").replace("\r\n", "\n")[:MAX_SIGNS]
    question = request.POST.get("question", "")[:2_000]
    kind: Kind = next((one for one in _KINDS if one == request.POST.get("kind")), "answer")
    context: dict[str, object] = {
        "text": text,
        "question": question,
        "kind": kind,
        "max_signs": MAX_SIGNS,
        "checked_id": checked_id,
        "remarks_id": f"remarks-{field}",
    }
    if text.strip():
        report = check_text(text, language=language_of(text), question=question or None, kind=kind)
        remarks = name_remarks(report, language=page_language())
        context |= {"report": report, "remarks": remarks, "pieces": cut(text, remarks)}
    parts = {checked_id: "knowledge/_checked.html", f"remarks-{field}": "knowledge/_field_remarks.html"}
    return render_page(request, "knowledge/check.html", context, parts=parts)
