"""Pages: articles out of and into Markdown files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput
from zhiyin.knowledge.markdown_files import MOST_BYTES, make_zip, read_files
from zhiyin.knowledge.queries import readable
from zhiyin.knowledge.services.importing import import_articles
from zhiyin.knowledge.wording import say
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.KNOWLEDGE_EDIT)
def move_articles(request: HttpRequest) -> HttpResponse:
    """Import Markdown files as drafts; the link to the export."""
    if request.method != "POST":
        return render(request, "knowledge/files.html")
    owner = visitor_of(request).account
    assert isinstance(owner, Account)  # pages are for people
    given = request.FILES.getlist("files")
    try:
        if sum(file.size or 0 for file in given) > MOST_BYTES:
            raise InvalidInput("There are more than 20 MB.", field="files")
        read = read_files([(file.name or "", file.read()) for file in given])
        done = import_articles(read, owner=owner, scope=scope_of(request), by=actor_of(request))
    except InvalidInput as error:
        return render(request, "knowledge/files.html", {"problem": say(error)}, status=422)
    tell(
        request,
        _("%(new)s new, %(changed)s changed, %(same)s as they were. Drafts wait for a review.")
        % {"new": done.n_new, "changed": done.n_changed, "same": done.n_same},
    )
    return redirect("articles")


@require_safe
@requires(Permission.KNOWLEDGE_EDIT)
def export_articles(request: HttpRequest) -> HttpResponse:
    """The published articles as a zip of Markdown files."""
    found = readable(scope_of(request)).filter(published__isnull=False, withdrawn_at=None).order_by("pk")
    pairs = [(article, article.published) for article in found if article.published is not None]
    record_event("articles.exported", by=actor_of(request), details={"articles": len(pairs)})
    response = HttpResponse(make_zip(pairs), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="articles-{timezone.localdate()}.zip"'
    response["Cache-Control"] = "private, no-store"
    response["X-Row-Count"] = str(len(pairs))
    return response
