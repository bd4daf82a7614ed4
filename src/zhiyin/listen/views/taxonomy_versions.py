"""The history of the taxonomy: who changed what and when, the differences, the way back."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.listen.models import TaxonomyVersion
from zhiyin.listen.sentences import words_of
from zhiyin.listen.services.retagging import submit_retagging
from zhiyin.listen.services.taxonomy_versions import (
    compare_versions,
    get_version,
    go_back_to,
    list_versions,
)
from zhiyin.listen.taxonomy_wording import DifferenceLine, difference_lines
from zhiyin.listen.views.files import yaml_file
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.understand.taxonomy_differences import Difference

_A_PAGE = 30
_FIRST_LINES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """A version with the first of its changes in words."""

    version: TaxonomyVersion
    is_in_use: bool
    lines: list[DifferenceLine]
    n_more: int


@requires(Permission.SUMMARY_READ)
@require_GET
def show_versions(request: HttpRequest) -> HttpResponse:
    """Every version, the latest first."""
    before = _number(request.GET.get("before", ""))
    versions = list_versions(limit=_A_PAGE + 1, before=before)
    latest = list_versions(limit=1)
    context = {
        "rows": [_row(one, is_in_use=one.pk == latest[0].pk) for one in versions[:_A_PAGE]],
        "next_before": versions[_A_PAGE - 1].number if len(versions) > _A_PAGE else None,
        "n_all": latest[0].number if latest else 0,
        "may_edit": visitor_of(request).may(Permission.TAXONOMY_EDIT),
    }
    return render_page(request, "listen/taxonomy_versions.html", context)


@requires(Permission.SUMMARY_READ)
@require_GET
def show_version(request: HttpRequest, number: int) -> HttpResponse:
    """What a version has otherwise than another one, by default the one before."""
    version = _get(number)
    other_number = _number(request.GET.get("with", "")) or number - 1
    lines: list[DifferenceLine] = []
    other, problem = None, ""
    if other_number > 0 and other_number != number:
        other = _get(other_number)
        try:
            lines = difference_lines(compare_versions(other, version))
        except InvalidInput as error:
            problem = words_of(error)
    latest = list_versions(limit=1)[0]
    context = {
        "version": version,
        "other": other,
        "lines": lines,
        "problem": problem,
        "others": [one for one in list_versions(limit=100) if one.number != number],
        "is_in_use": latest.pk == version.pk,
        "may_edit": visitor_of(request).may(Permission.TAXONOMY_EDIT),
    }
    return render_page(request, "listen/taxonomy_version.html", context)


@requires(Permission.SUMMARY_READ)
@require_GET
def download_version(request: HttpRequest, number: int) -> HttpResponse:
    """The YAML of a version."""
    version = _get(number)
    return yaml_file(version.text, name=f"{version.name}-{version.number}")


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def go_back(request: HttpRequest, number: int) -> HttpResponse:
    """A version in use again, as a new one; the stored voices are re-tagged if that is wanted."""
    actor = actor_of(request)
    is_retagged = bool(request.POST.get("retag") or request.GET.get("retag"))
    try:
        with transaction.atomic():
            version = go_back_to(number, by=actor)
            if is_retagged:
                submit_retagging(by=actor)
    except NotFound:
        raise Http404 from None
    except (InvalidInput, Conflict) as error:
        tell(request, words_of(error), tone="bad")
        return redirect("taxonomy_versions")
    said = _("Version %(number)d (%(label)s) is in use again.") % {"number": number, "label": version.label}
    tell(request, said, undo_url=undo_of(version.number, is_retagged=is_retagged))
    return redirect("taxonomy_versions")


def undo_of(number: int, *, is_retagged: bool) -> str:
    """Where to post to be back at what was in use before the version of that number."""
    if number < 2:
        return ""
    return reverse("go_back_to_version", args=[number - 1]) + ("?retag=1" if is_retagged else "")


def _row(version: TaxonomyVersion, *, is_in_use: bool) -> VersionRow:
    found = msgspec.convert(version.changes, list[Difference])
    return VersionRow(
        version=version,
        is_in_use=is_in_use,
        lines=difference_lines(found[:_FIRST_LINES]),
        n_more=max(0, len(found) - _FIRST_LINES),
    )


def _get(number: int) -> TaxonomyVersion:
    try:
        return get_version(number)
    except NotFound:
        raise Http404 from None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
