"""The editor of the taxonomy: changes gather in a draft of one's own until they are saved as a version."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import msgspec
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhiyin.console.pages import render_page, wanted_part
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound, ZhiyinError
from zhiyin.listen.forms import TryForm
from zhiyin.listen.sentences import words_of
from zhiyin.listen.services.retagging import submit_retagging
from zhiyin.listen.services.taxonomy import TaxonomyIsFixed
from zhiyin.listen.services.taxonomy_versions import (
    Draft,
    change_draft,
    discard_draft,
    draft_of,
    list_versions,
    redo_draft,
    restore_draft,
    save_draft,
    undo_edit,
)
from zhiyin.listen.taxonomy_wording import difference_lines
from zhiyin.listen.views.taxonomy_aspect import list_choices, make_aspect_form, make_nodes
from zhiyin.listen.views.taxonomy_forms import read_edits
from zhiyin.listen.views.taxonomy_preview import make_preview_view, try_both
from zhiyin.listen.views.taxonomy_versions import undo_of
from zhiyin.listen.wording import taxonomy_name
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.understand.taxonomy_differences import compare_trees
from zhiyin.understand.taxonomy_edits import AddAspect, Edit, MergeAspect, SplitAspect

_DISCARDED = "discarded_taxonomy_draft"
_MAX_SEARCH = 50
_MAX_NOTE = 300
_MOST_LINES = 40


@requires(Permission.TAXONOMY_EDIT)
@require_GET
def edit_taxonomy(request: HttpRequest) -> HttpResponse:
    """The tree of one's draft, one aspect of it to change, what was changed so far."""
    return _render(request)


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def change_taxonomy(request: HttpRequest) -> HttpResponse:
    """One change more."""
    account = _account(request)
    try:
        draft = draft_of(account)
        edits = read_edits(request.POST, draft=draft)
        with transaction.atomic():
            for edit in edits:
                draft = change_draft(account, edit)
    except (InvalidInput, NotFound, Conflict) as error:
        return _refuse(request, error)
    if edits:
        sent = urlencode({"aspect": request.POST.get("aspect", "")})
        tell(request, _("Changed in your draft."), undo_url=f"{reverse('undo_taxonomy_edit')}?{sent}")
    return _show(request, aspect=_aspect_after(edits, sent=request.POST.get("aspect", ""), draft=draft))


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def undo_change(request: HttpRequest) -> HttpResponse:
    """Takes the last change back."""
    return _do(request, undo_edit, said=_("The last change is taken back."))


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def discard_changes(request: HttpRequest) -> HttpResponse:
    """Throws the draft away; the message brings it back."""

    def discard(account: Account) -> None:
        request.session[_DISCARDED] = msgspec.to_builtins(discard_draft(account))

    return _do(request, discard, said=_("Your draft is gone."), undo_url=reverse("restore_taxonomy_draft"))


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def restore_changes(request: HttpRequest) -> HttpResponse:
    """Brings back what was thrown away last."""
    kept = msgspec.convert(request.session.pop(_DISCARDED, []), tuple[Edit, ...])
    return _do(request, lambda account: restore_draft(account, kept), said=_("Your draft is back."))


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def redo_changes(request: HttpRequest) -> HttpResponse:
    """Does the changes again on the version that came into use meanwhile."""
    account = _account(request)
    try:
        lost = redo_draft(account)
    except (InvalidInput, Conflict) as error:
        return _refuse(request, error)
    if lost:
        said = _("Your draft is now based on the version in use. Changes that no longer fit it: %(n)d.")
        tell(request, said % {"n": len(lost)}, tone="info")
    else:
        tell(request, _("Your draft is now based on the version in use; every change fits."))
    return _show(request, aspect=request.POST.get("aspect", ""))


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def save_changes(request: HttpRequest) -> HttpResponse:
    """Saves the draft as a version, in use from now on; re-tags the stored voices if that is wanted."""
    account, actor = _account(request), actor_of(request)
    is_retagged = bool(request.POST.get("retag"))
    try:
        # One transaction: arriving voices must not be read by the new one before the stored ones are.
        with transaction.atomic():
            version = save_draft(account, note=request.POST.get("note", "")[:_MAX_NOTE], by=actor)
            if is_retagged:
                submit_retagging(by=actor)
    except (InvalidInput, Conflict) as error:
        return _refuse(request, error)
    tell(
        request,
        _("Saved as version %(number)d (%(label)s), in use from now on.")
        % {"number": version.number, "label": version.label},
        undo_url=undo_of(version.number, is_retagged=is_retagged),
    )
    return _away(request, reverse("taxonomy_versions"))


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def try_draft(request: HttpRequest) -> HttpResponse:
    """A sentence by the draft and by what is in use, side by side, with the reasons."""
    form = TryForm(request.POST)
    if not form.is_valid():
        return _render(request, {"form": form}, status=422)
    try:
        tried = try_both(form.cleaned_data["text"], draft=draft_of(_account(request)))
    except (InvalidInput, Conflict) as error:
        return _refuse(request, error)
    return _render(request, {"form": form, "tried": tried})


def _do(
    request: HttpRequest, deed: Callable[[Account], object], *, said: str, undo_url: str = ""
) -> HttpResponse:
    try:
        deed(_account(request))
    except (InvalidInput, Conflict) as error:
        return _refuse(request, error)
    tell(request, said, tone="info", undo_url=undo_url)
    return _show(request, aspect=request.POST.get("aspect", request.GET.get("aspect", "")))


def _refuse(request: HttpRequest, error: ZhiyinError) -> HttpResponse:
    """The page as it was sent, with what is wrong."""
    if isinstance(error, TaxonomyIsFixed):
        tell(request, words_of(error), tone="bad")
        return _away(request, reverse("taxonomy"))
    wrong: dict[str, object] = {"problem": words_of(error), "sent": request.POST}
    return _render(request, wrong, status=409 if isinstance(error, Conflict) else 422)


def _show(request: HttpRequest, *, aspect: str) -> HttpResponse:
    """The editor at an aspect: as a part for htmx, else by way of a redirect."""
    if wanted_part(request):
        response = _render(request, {"here": aspect})
        response["HX-Trigger"] = "zhiyin:draft"
        response["HX-Push-Url"] = _url(aspect)
        return response
    return redirect(_url(aspect))


def _url(aspect: str) -> str:
    return (
        f"{reverse('edit_taxonomy')}?{urlencode({'aspect': aspect})}" if aspect else reverse("edit_taxonomy")
    )


def _away(request: HttpRequest, url: str) -> HttpResponse:
    """To another page, also from within htmx."""
    if wanted_part(request):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)


def _render(
    request: HttpRequest, more: dict[str, object] | None = None, *, status: int = 200
) -> HttpResponse:
    try:
        context = _context(request, more or {})
    except (InvalidInput, Conflict) as error:
        tell(request, words_of(error), tone="bad")
        return _away(request, reverse("taxonomy"))
    parts = {
        "editor": "listen/_taxonomy_editor.html",
        "tree": "listen/_taxonomy_tree.html",
        "reasons": "listen/_taxonomy_reasons.html",
    }
    return render_page(request, "listen/taxonomy_editor.html", context, parts=parts, status=status)


def _context(request: HttpRequest, more: dict[str, object]) -> dict[str, object]:
    account = _account(request)
    draft = draft_of(account)
    asked = request.GET if request.method == "GET" else request.POST
    here = str(more.get("here", asked.get("aspect", "")))
    search = request.GET.get("q", "").strip()[:_MAX_SEARCH]
    node = draft.tree.find(here)
    lines = difference_lines(compare_trees(draft.before, draft.tree))
    return {
        "draft": draft,
        "taxonomy_name": taxonomy_name(draft.tree.name),
        "nodes": make_nodes(draft.tree, before=draft.before, here=here, search=search),
        "n_all": sum(1 for _node in draft.tree.walk()),
        "q": search,
        "here": here if node else "",
        "aspect": make_aspect_form(draft.tree, node) if node else None,
        "is_new": not node and bool(asked.get("new") or asked.get("kind") == "add"),
        "below": asked.get("below") or asked.get("parent") or "",
        "places": list_choices(draft.tree, chosen=asked.get("below") or asked.get("parent")),
        "lines": lines[:_MOST_LINES],
        "n_more_lines": max(0, len(lines) - _MOST_LINES),
        "newest": list_versions(limit=1)[0] if draft.is_outdated else None,
        "preview": make_preview_view(request, account=account, draft=draft) if draft.edits else None,
        "form": TryForm(),
        "tried": None,
        **more,
    }


def _aspect_after(edits: list[Edit], *, sent: str, draft: Draft) -> str:
    """Which aspect to show after a change: the new one, or what the old one went into."""
    for edit in edits:
        if isinstance(edit, AddAspect):
            return edit.aspect
        if isinstance(edit, SplitAspect):
            return edit.id
        if isinstance(edit, MergeAspect):
            return edit.into
    return sent if draft.tree.find(sent) else ""


def _account(request: HttpRequest) -> Account:
    """Whose draft it is; an API key has none."""
    account = visitor_of(request).account
    if account is None:
        raise Http404
    return account
