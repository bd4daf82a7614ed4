"""Pages: articles by words and by how they stand; what nobody has written yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page, wanted_part
from zhiyin.console.toasts import tell
from zhiyin.errors import NotFound
from zhiyin.knowledge.markdown import to_words
from zhiyin.knowledge.models import ArticleVersion
from zhiyin.knowledge.queries import ArticleFilter, Counts, count_gaps, list_articles, list_gaps
from zhiyin.knowledge.queries.articles import View, count_views
from zhiyin.knowledge.queries.gaps import visible_misses
from zhiyin.knowledge.search import find_articles
from zhiyin.knowledge.services import handle_miss, note_miss, unhandle_miss
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event
from zhiyin.people.views.posts import takes_form_of

_A_PAGE = 40
_VIEWS: tuple[View, ...] = ("published", "drafts", "due", "withdrawn", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """An article as a line of the list."""

    article_id: int
    version: ArticleVersion
    beginning: str
    counts: Counts
    owner: str
    unit: str
    audience: str
    is_due: bool
    review_on: object


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What `console/_pager.html` asks for."""

    number: int
    n_pages: int

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after."""
        return self.number < self.n_pages


@require_safe
@requires(Permission.FEEDBACK_READ)
def show_articles(request: HttpRequest) -> HttpResponse:
    """The articles: found by words as one types, else by how they stand."""
    words, today = " ".join(request.GET.get("q", "").split())[:200], timezone.localdate()
    scope = scope_of(request)
    named = request.GET.get("view", "")
    view: View = next((one for one in _VIEWS if one == named), "published")
    context: dict[str, object] = {"q": words, "view": view, "today": today}
    if words:
        lines = _search(request, words)
        context |= {"lines": lines, "n": len(lines)}
    else:
        number = _number(request.GET.get("page", ""))
        rows, n = list_articles(
            scope=scope,
            filter=ArticleFilter(view=view, owner_id=_find_owner(request), today=today),
            offset=(number - 1) * _A_PAGE,
            limit=_A_PAGE,
        )
        lines = [
            _Line(
                article_id=row.article.pk,
                version=row.version,
                beginning=to_words(row.version.text),
                counts=row.counts,
                owner=str(row.article.owner),
                unit=row.article.unit.name if row.article.unit else "",
                audience=row.article.audience,
                is_due=row.is_due,
                review_on=row.article.review_on,
            )
            for row in rows
        ]
        context |= {"lines": lines, "n": n, "page": _Page(number=number, n_pages=-(-n // _A_PAGE))}
    if not wanted_part(request):
        context |= {"counts": count_views(scope=scope, today=today), "n_gaps": _count_gaps(request)}
    parts = {"articles": "knowledge/_list.html"}
    return render_page(request, "knowledge/articles.html", context, parts=parts)


def _search(request: HttpRequest, words: str) -> list[_Line]:
    found = find_articles(words, scope=scope_of(request))
    if not found:
        note_miss(words, account=visitor_of(request).account)
    lines = []
    for one in found:
        version = one.article.published
        assert version is not None  # the search holds published articles alone
        lines.append(
            _Line(
                article_id=one.article.pk,
                version=version,
                beginning=to_words(version.text),
                counts=Counts(n_used=one.n_used, n_solved=one.n_solved),
                owner=str(one.article.owner),
                unit=one.article.unit.name if one.article.unit else "",
                audience=one.article.audience,
                is_due=one.article.review_on <= timezone.localdate(),
                review_on=one.article.review_on,
            )
        )
    return lines


@require_safe
@requires(Permission.KNOWLEDGE_EDIT)
def show_gaps(request: HttpRequest) -> HttpResponse:
    """What was searched in vain, the most searched first."""
    return render_page(
        request,
        "knowledge/gaps.html",
        {"gaps": list_gaps(scope=scope_of(request), account=visitor_of(request).account)},
    )


@require_safe
@requires(Permission.KNOWLEDGE_EDIT)
def export_gaps(request: HttpRequest) -> StreamingHttpResponse:
    """The gaps as a file."""
    gaps = list_gaps(scope=scope_of(request), account=visitor_of(request).account, limit=10_000)
    record_event("gap.exported", by=actor_of(request), details={"rows": len(gaps)})
    return stream_table(
        request,
        name="zhiyin-searched-in-vain",
        columns=[_("Searched for"), _("Times"), _("Colleagues"), _("By customers"), _("Last")],
        rows=([gap.words, gap.n, gap.n_people, gap.n_public, gap.last_at] for gap in gaps),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(gaps),
    )


@requires(Permission.KNOWLEDGE_EDIT)
@takes_form_of("article_gaps")
def dismiss_gap(request: HttpRequest) -> HttpResponse:
    """No article is needed for this; or it is after all (`again=1`)."""
    folded = request.POST.get("folded", "") or request.GET.get("folded", "")
    among = visible_misses(scope=scope_of(request), account=visitor_of(request).account)
    if request.GET.get("again") == "1":
        unhandle_miss(folded, among=among, by=actor_of(request))
        tell(request, _("It is on the list again."))
        return redirect("article_gaps")
    try:
        handle_miss(folded, among=among, by=actor_of(request))
    except NotFound:
        tell(request, _("Somebody dealt with it already."), tone="info")
        return redirect("article_gaps")
    query = urlencode({"again": "1", "folded": folded})
    tell(request, _("Taken off the list."), undo_url=f"{reverse('dismiss_gap')}?{query}")
    return redirect("article_gaps")


def _count_gaps(request: HttpRequest) -> int:
    """Of those that the visitor may write for."""
    visitor = visitor_of(request)
    if not visitor.may(Permission.KNOWLEDGE_EDIT):
        return 0
    return count_gaps(scope=visitor.scope_for(Permission.KNOWLEDGE_EDIT), account=visitor.account)


def _find_owner(request: HttpRequest) -> int | None:
    wanted = request.GET.get("owner", "")
    return int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) < 10_000 else 1
