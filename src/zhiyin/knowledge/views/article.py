"""Pages: one article with its versions, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.errors import NotFound, ZhiyinError
from zhiyin.knowledge import services
from zhiyin.knowledge.markdown import to_html
from zhiyin.knowledge.marking import cut, name_remarks
from zhiyin.knowledge.models import Article, ArticleVersion, State
from zhiyin.knowledge.queries import Counts, count_uses, find_draft, get_article, list_versions
from zhiyin.knowledge.services.articles import REVIEW_DAYS, Words, check_words
from zhiyin.knowledge.wording import STATE_NAMES, say
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of


def find_article(request: HttpRequest, article_id: int) -> Article:
    """The article, if the visitor may read it; else 404."""
    try:
        return get_article(article_id, scope=visitor_of(request).scope_for(Permission.FEEDBACK_READ))
    except NotFound:
        raise Http404 from None


def may_edit(request: HttpRequest, article: Article) -> bool:
    """Whether the visitor may write, review and publish it."""
    return visitor_of(request).scope_for(Permission.KNOWLEDGE_EDIT).allows(article.unit_id)


def find_editable(request: HttpRequest, article_id: int) -> Article:
    """The article, if the visitor may edit it; else 404."""
    article = find_article(request, article_id)
    if not scope_of(request).allows(article.unit_id):
        raise Http404
    return article


@require_safe
@requires(Permission.FEEDBACK_READ)
def show_article(request: HttpRequest, article_id: int) -> HttpResponse:
    """The words that hold now, or those of `?version=`; what is to be done next."""
    return draw_article(request, find_article(request, article_id))


def draw_article(
    request: HttpRequest, article: Article, *, problem: str = "", status: int = 200
) -> HttpResponse:
    """The page of the article."""
    is_editor = may_edit(request, article)
    versions = list_versions(article) if is_editor else []
    draft = find_draft(article) if is_editor else None
    shown = _chosen(request, versions) or draft or (article.published if not article.withdrawn_at else None)
    if shown is None and is_editor:
        shown = article.published
    if shown is None:
        raise Http404
    words = Words(title=shown.title, text=shown.text)
    remarks = name_remarks(check_words(words, audience=article.audience), language=page_language())
    context = {
        "article": article,
        "version": shown,
        "html": to_html(shown.text),
        "state": STATE_NAMES[shown.state],
        "versions": [(one, STATE_NAMES[one.state]) for one in versions],
        "draft": draft,
        "is_editor": is_editor,
        "is_live": article.published_id == shown.pk and article.withdrawn_at is None,
        "is_due": article.review_on <= timezone.localdate(),
        "counts": count_uses([article.pk]).get(article.pk, Counts()),
        "remarks": remarks if is_editor else [],
        "pieces": cut(shown.text, remarks) if is_editor and remarks else [],
        "may_review": shown.state == State.DRAFT,
        "problem": problem,
    }
    return render(request, "knowledge/article.html", context, status=status)


def _chosen(request: HttpRequest, versions: list[ArticleVersion]) -> ArticleVersion | None:
    wanted = request.GET.get("version", "")
    return next((one for one in versions if str(one.number) == wanted), None)


def _do(request: HttpRequest, article_id: int, act: Callable[[Article], object], said: str) -> HttpResponse:
    article = find_editable(request, article_id)
    try:
        act(article)
    except ZhiyinError as error:
        now = find_article(request, article_id)
        return draw_article(request, now, problem=say(error), status=409)
    tell(request, said)
    return redirect("article", article_id)


@requires(Permission.KNOWLEDGE_EDIT)
@takes_form_of("article", "article_id")
def review(request: HttpRequest, article_id: int) -> HttpResponse:
    """The draft is right; with `then=publish` people find it from now on."""
    by, is_last = actor_of(request), request.POST.get("then") == "publish"
    reviewer = visitor_of(request).account
    assert isinstance(reviewer, Account)  # pages are for people

    def act(article: Article) -> None:
        version = services.review_version(_wanted(request, article), reviewer=reviewer, by=by)
        if is_last:
            services.publish_version(version, by=by)

    return _do(request, article_id, act, _("Published.") if is_last else _("Reviewed."))


@requires(Permission.KNOWLEDGE_EDIT)
@takes_form_of("article", "article_id")
def publish(request: HttpRequest, article_id: int) -> HttpResponse:
    """People find the reviewed version from now on."""
    by = actor_of(request)
    return _do(
        request,
        article_id,
        lambda article: services.publish_version(_wanted(request, article), by=by),
        _("Published."),
    )


@requires(Permission.KNOWLEDGE_EDIT)
@takes_form_of("article", "article_id")
def confirm(request: HttpRequest, article_id: int) -> HttpResponse:
    """It was looked at and still holds: the next look is due in half a year."""
    by, day = actor_of(request), timezone.localdate() + timedelta(days=REVIEW_DAYS)
    return _do(
        request,
        article_id,
        lambda article: services.set_facts(
            article,
            owner=article.owner,
            unit_id=article.unit_id,
            audience=article.audience,
            review_on=day,
            by=by,
        ),
        _("Good until %(day)s.") % {"day": day.isoformat()},
    )


@requires(Permission.KNOWLEDGE_EDIT)
@takes_form_of("article", "article_id")
def withdraw(request: HttpRequest, article_id: int) -> HttpResponse:
    """Nobody finds it any more, or they do again (`again=1`)."""
    article, by = find_editable(request, article_id), actor_of(request)
    try:
        if request.GET.get("again") == "1":
            services.restore_article(article, by=by)
            tell(request, _("It is published again."))
        else:
            services.withdraw_article(article, by=by)
            undo = f"{reverse('withdraw_article', args=[article_id])}?again=1"
            tell(request, _("Nobody finds it any more."), undo_url=undo)
    except ZhiyinError as error:
        return draw_article(request, find_article(request, article_id), problem=say(error), status=409)
    return redirect("article", article_id)


def _wanted(request: HttpRequest, article: Article) -> ArticleVersion:
    """The version that the form is about."""
    number = request.POST.get("version", "")
    found = (
        article.versions.filter(number=int(number)).first() if number.isascii() and number.isdigit() else None
    )
    if found is None:
        raise Http404
    return found
