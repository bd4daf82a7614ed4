"""Pages: writing an article, new or as another version."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.search.folding import fold
from zhiyin.knowledge.forms import ArticleForm
from zhiyin.knowledge.models import Article, ArticleVersion
from zhiyin.knowledge.queries import find_draft
from zhiyin.knowledge.queries.editors import list_editors
from zhiyin.knowledge.queries.gaps import visible_misses
from zhiyin.knowledge.services import handle_miss, save_version, set_facts, write_article
from zhiyin.knowledge.views.article import find_editable
from zhiyin.knowledge.wording import say
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import list_units

_FACTS = ("audience", "unit", "owner", "review_on")
_WORDS = ("title", "text", "asked_as", "person", "product", "place")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.KNOWLEDGE_EDIT)
def new_article(request: HttpRequest) -> HttpResponse:
    """Write an article; `?title=` fills its title, from a search that found nothing."""
    initial: dict[str, object] = {
        "title": request.GET.get("title", "")[:120],
        "owner": visitor_of(request).account,
    }
    initial["asked_as"] = initial["title"]
    form = _form(request, initial=initial)
    if request.method != "POST":
        return _draw(request, form)
    if not form.is_valid():
        return _draw(request, form, status=422)
    given = form.cleaned_data
    try:
        version = write_article(
            form.words(),
            owner=given["owner"],
            by=actor_of(request),
            unit_id=given["unit"].pk if given["unit"] else None,
            audience=given["audience"],
            review_on=given["review_on"],
        )
    except InvalidInput as error:
        return _draw(request, form, problem=say(error), status=422)
    _answer_gap(request, version)
    tell(request, _("Kept as a draft. A colleague reviews it before people find it."))
    return redirect("article", version.article_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.KNOWLEDGE_EDIT)
def edit_article(request: HttpRequest, article_id: int) -> HttpResponse:
    """Write another version, or say anew who answers for it and who may read it."""
    article = find_editable(request, article_id)
    latest = find_draft(article) or article.published or article.versions.order_by("-number").first()
    assert latest is not None  # an article begins with a version
    form = _form(request, initial=_initial(article, latest), article=article)
    seen: object = request.POST.get("seen", article.n_versions)
    if request.method != "POST":
        return _draw(request, form, article=article, seen=seen)
    if not form.is_valid():
        return _draw(request, form, article=article, seen=seen, status=422)
    try:
        said = _save(request, article, latest, form=form)
    except (InvalidInput, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        seen = Article.objects.get(pk=article.pk).n_versions
        return _draw(request, form, article=article, seen=seen, problem=say(error), status=status)
    tell(request, said)
    return redirect("article", article.pk)


def _save(request: HttpRequest, article: Article, latest: ArticleVersion, *, form: ArticleForm) -> str:
    given, by = form.cleaned_data, actor_of(request)
    said = _("Nothing was changed.")
    if set(form.changed_data) & set(_FACTS):
        unit = given["unit"]
        set_facts(
            article,
            owner=given["owner"],
            unit_id=unit.pk if unit else None,
            audience=given["audience"],
            review_on=given["review_on"],
            by=by,
        )
        said = _("Saved.")
    if set(form.changed_data) & set(_WORDS):
        seen = request.POST.get("seen", "")
        save_version(
            article,
            form.words(case_number=latest.case_number),
            by=by,
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1,
        )
        said = _("Kept as a draft. A colleague reviews it before people find it.")
    return said


def _form(request: HttpRequest, *, initial: dict[str, object], article: Article | None = None) -> ArticleForm:
    scope = scope_of(request)
    units = list_units(scope=scope)
    owners = list_editors(article.unit_id if article else (units[0].pk if units else None))
    account = visitor_of(request).account
    if account is not None and all(one.pk != account.pk for one in owners):
        owners.append(account)
    if article is not None and all(one.pk != article.owner_id for one in owners):
        owners.append(article.owner)
    return ArticleForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        units=units,
        owners=owners,
        may_all=scope.unit_ids is None,
    )


def _initial(article: Article, version: ArticleVersion) -> dict[str, object]:
    words = {name: getattr(version, name) for name in _WORDS}
    return words | {
        "audience": article.audience,
        "unit": article.unit_id,
        "owner": article.owner_id,
        "review_on": article.review_on,
    }


def _answer_gap(request: HttpRequest, version: ArticleVersion) -> None:
    """The searches that the new article was begun from are answered by it."""
    wanted = request.GET.get("title", "")
    if wanted:
        try:
            among = visible_misses(scope=scope_of(request), account=visitor_of(request).account)
            folded = " ".join(fold(wanted).split())
            handle_miss(folded, among=among, by=actor_of(request), article=version.article)
        except NotFound:
            return


def _draw(
    request: HttpRequest,
    form: ArticleForm,
    *,
    article: Article | None = None,
    seen: object = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    given = {"form": form, "article": article, "seen": seen, "problem": problem}
    return render(request, "knowledge/edit.html", given, status=status)
