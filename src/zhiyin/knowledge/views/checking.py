"""Page: is this text plain, short, trustworthy and respectful?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.knowledge.marking import cut, name_remarks
from zhiyin.knowledge.plain import MAX_SIGNS, Kind, check_text, language_of
from zhiyin.people.permissions import Permission, requires

_KINDS: tuple[Kind, ...] = ("answer", "review", "message", "article", "staff_article")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.FEEDBACK_READ)
def check(request: HttpRequest) -> HttpResponse:
    """A text with its remarks; as one types, the part below alone. Nothing is kept."""
    text = request.POST.get("text", "").replace("\r\n", "\n")[:MAX_SIGNS]
    question = request.POST.get("question", "")[:2_000]
    kind: Kind = next((one for one in _KINDS if one == request.POST.get("kind")), "answer")
    context: dict[str, object] = {"text": text, "question": question, "kind": kind, "max_signs": MAX_SIGNS}
    if text.strip():
        report = check_text(text, language=language_of(text), question=question or None, kind=kind)
        remarks = name_remarks(report, language=page_language())
        context |= {"report": report, "remarks": remarks, "pieces": cut(text, remarks)}
    parts = {"checked": "knowledge/_checked.html"}
    return render_page(request, "knowledge/check.html", context, parts=parts)
