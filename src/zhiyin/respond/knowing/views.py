"""Parts of a case's page: what answers it, and how the answer reads."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.errors import NotFound
from zhiyin.knowledge.markdown import to_plain
from zhiyin.knowledge.marking import cut, name_remarks
from zhiyin.knowledge.plain import MAX_SIGNS, check_text, language_of
from zhiyin.knowledge.queries import get_article
from zhiyin.knowledge.search import Suggested, suggest
from zhiyin.knowledge.services import mark_used, note_miss
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.knowing.asking import words_of
from zhiyin.respond.knowing.keeping import keep_answer
from zhiyin.respond.models import Case, CaseAnswer
from zhiyin.respond.queries import find_draft
from zhiyin.respond.services import save_answer_draft
from zhiyin.respond.views.case import find_case

_MOST_TYPED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """An article with the words that go into an answer."""

    found: Suggested
    title: str
    text: str
    share_solved: float | None


@require_safe
@requires(Permission.CASES_READ)
def show_knowledge(request: HttpRequest, number: str) -> HttpResponse:
    """Articles for the case, or for what is typed; how the draft reads; answers worth keeping."""
    case, typed = find_case(request, number), " ".join(request.GET.get("q", "").split())[:_MOST_TYPED]
    visitor = visitor_of(request)
    may_work = visitor.scope_for(Permission.CASES_WORK).allows(case.unit_id)
    asked = typed or f"{case.title}\n{_asked(request, case)}"
    found = suggest(asked, unit_id=case.unit_id)
    if typed and not found:
        note_miss(typed, account=visitor.account)
    draft = find_draft(case) if may_work else None
    context: dict[str, object] = {
        "case": case,
        "q": typed,
        "lines": [_line(one) for one in found],
        "may_work": may_work and case.is_open,
        "may_keep": may_work and visitor.may(Permission.KNOWLEDGE_EDIT),
        "answers": list(CaseAnswer.objects.filter(case=case, sent_at__isnull=False).order_by("-pk")[:3]),
    }
    if draft and draft.text.strip():
        context |= _checked(request, case, draft.text)
    parts = {
        "case-knowledge": "respond/knowing/_knowledge.html",
        "case-articles": "respond/knowing/_articles.html",
    }
    return render_page(request, "respond/knowing/knowledge.html", context, parts=parts)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def check_answer(request: HttpRequest, number: str) -> HttpResponse:
    """How the answer reads as it stands in the form; nothing is kept."""
    case, text = find_case(request, number), request.POST.get("answer", "").replace("\r\n", "\n")[:MAX_SIGNS]
    return render(request, "knowledge/_checked.html", _checked(request, case, text) if text.strip() else {})


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def use_article(request: HttpRequest, number: str) -> HttpResponse:
    """The article helps here: it is counted, and without script put under the draft."""
    case = find_case(request, number)
    scope = visitor_of(request).scope_for(Permission.FEEDBACK_READ)
    wanted = request.POST.get("article", "")
    try:
        article = get_article(int(wanted[:12]) if wanted.isascii() and wanted.isdigit() else 0, scope=scope)
    except NotFound:
        raise Http404 from None
    mark_used(article, case_id=case.pk, asked=request.POST.get("q", ""))
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)
    if case.is_open and article.published is not None:
        draft = find_draft(case)
        text = "\n\n".join(filter(None, [draft.text if draft else "", to_plain(article.published.text)]))
        save_answer_draft(case, text=text, by=actor_of(request))
    return redirect(f"{reverse('case', args=[case.number])}#answer")


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def make_article(request: HttpRequest, number: str) -> HttpResponse:
    """A sent answer becomes the draft of an article."""
    case, visitor = find_case(request, number), visitor_of(request)
    scope = visitor.scope_for(Permission.KNOWLEDGE_EDIT)
    owner, wanted = visitor.account, request.POST.get("answer", "")
    if not isinstance(owner, Account) or not scope.allows(case.unit_id):
        raise Http404
    try:
        version = keep_answer(
            case,
            answer_id=int(wanted[:12]) if wanted.isascii() and wanted.isdigit() else 0,
            owner=owner,
            unit_id=None if scope.unit_ids is None else case.unit_id,
            by=actor_of(request),
        )
    except NotFound:
        raise Http404 from None
    tell(request, _("Kept as a draft of an article. Say in the title what it answers."))
    return redirect("edit_article", version.article_id)


def _asked(request: HttpRequest, case: Case) -> str:
    scope = visitor_of(request).scope_for(Permission.FEEDBACK_READ)
    return words_of(case, scope=scope, language=page_language())


def _checked(request: HttpRequest, case: Case, text: str) -> dict[str, object]:
    report = check_text(text, language=language_of(text), question=_asked(request, case) or None)
    remarks = name_remarks(report, language=page_language())
    return {"report": report, "remarks": remarks, "pieces": cut(text, remarks)}


def _line(found: Suggested) -> _Line:
    version = found.article.published
    assert version is not None  # the search holds published articles alone
    return _Line(
        found=found, title=version.title, text=to_plain(version.text), share_solved=found.share_solved
    )
