"""The taxonomy: the tree in use, another one to choose, a sentence to try it with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.listen.api import open_lake
from zhiyin.listen.forms import MAX_TAXONOMY_BYTES, TryForm
from zhiyin.listen.queries.mentions import Spoken, count_spoken
from zhiyin.listen.sentences import words_of
from zhiyin.listen.services.retagging import submit_retagging
from zhiyin.listen.services.taxonomy import (
    VARIABLE,
    ChosenTaxonomy,
    choose_taxonomy,
    choose_taxonomy_text,
    get_taxonomy,
    read_taxonomy_text,
)
from zhiyin.listen.services.taxonomy_lines import TaxonomyFault, find_fault
from zhiyin.listen.services.taxonomy_trial import try_sentence
from zhiyin.listen.services.taxonomy_versions import current_version
from zhiyin.listen.views.files import yaml_file
from zhiyin.listen.views.taxonomy_versions import undo_of
from zhiyin.listen.wording import taxonomy_name
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.understand.taxonomy import BUILT_IN, Aspect, Taxonomy, load_taxonomy

_N_DAYS = 30
_MAX_SEARCH = 50
_LINES_AROUND = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectRow:
    """One aspect of the tree; `n` is how many voices speak of it, None where that is not the question."""

    id: str
    level: int
    name: str
    other_name: str
    terms: str
    n: int | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongFile:
    """Why an uploaded taxonomy was not taken; `lines` are those around the fault, by number."""

    reason: str
    line: int | None
    lines: list[tuple[int, str]]


@requires(Permission.SUMMARY_READ)
@require_GET
def show_taxonomy(request: HttpRequest) -> HttpResponse:
    """The tree in use, or a built-in one to look at before it is chosen."""
    return _render(request)


@requires(Permission.SUMMARY_READ)
@require_POST
def try_taxonomy(request: HttpRequest) -> HttpResponse:
    """A sentence, understood by the tree that is shown."""
    form = TryForm(request.POST)
    trial = None
    if form.is_valid():
        shown, _chosen = _shown(request)
        trial = try_sentence(form.cleaned_data["text"], taxonomy=shown, language=page_language())
    return _render(request, {"form": form, "trial": trial}, status=200 if trial else 422)


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def use_taxonomy(request: HttpRequest) -> HttpResponse:
    """Chooses a built-in one, or the uploaded file."""
    before = get_taxonomy()
    if before.origin == VARIABLE:
        return redirect("taxonomy")
    uploaded = request.FILES.get("file")
    name = request.POST.get("name") or request.GET.get("name", "")
    if uploaded is None:
        if name not in BUILT_IN:
            tell(request, _("Choose a taxonomy or a file first."), tone="bad")
            return redirect("taxonomy")
        with _retagging(request):
            chosen = choose_taxonomy(name, by=actor_of(request))
    else:
        try:
            text = _read_text(uploaded.read(MAX_TAXONOMY_BYTES + 1))
        except InvalidInput as error:
            wrong = WrongFile(reason=words_of(error), line=None, lines=[])
            return _render(request, {"wrong": wrong}, status=422)
        fault = find_fault(text, file=uploaded.name or "taxonomy.yaml")
        if fault is not None:
            return _render(request, {"wrong": _wrong(text, fault)}, status=422)
        with _retagging(request):
            chosen = choose_taxonomy_text(text, file=uploaded.name or "taxonomy.yaml", by=actor_of(request))
    tell(
        request,
        _("New voices are now understood by “%(name)s”.") % {"name": taxonomy_name(chosen.name)},
        undo_url=undo_of(current_version().number, is_retagged=bool(request.POST.get("retag"))),
    )
    return redirect("taxonomy")


@contextmanager
def _retagging(request: HttpRequest) -> Iterator[None]:
    """In one transaction: arriving voices must not be read by the new one before the stored ones are."""
    with transaction.atomic():
        yield
        if request.POST.get("retag"):
            submit_retagging(by=actor_of(request))


@requires(Permission.SUMMARY_READ)
@require_GET
def download_taxonomy(request: HttpRequest) -> HttpResponse:
    """The file of a built-in one, or of the one in use."""
    try:
        text = read_taxonomy_text(request.GET.get("name", ""))
    except NotFound:
        raise Http404 from None
    name = request.GET.get("name") or get_taxonomy().taxonomy.name
    return yaml_file(text, name=name)


def _render(
    request: HttpRequest, more: dict[str, object] | None = None, *, status: int = 200
) -> HttpResponse:
    taxonomy, chosen = _shown(request)
    is_in_use = taxonomy.label == chosen.taxonomy.label
    since = _days_ago(_N_DAYS - 1)
    spoken = count_spoken(open_lake(), scope=scope_of(request), since=since) if is_in_use else None
    search = request.GET.get("q", "").strip()[:_MAX_SEARCH]
    rows = [_row(aspect, spoken) for aspect in taxonomy.aspects if _holds(aspect, search)]
    known = {aspect.id for aspect in taxonomy.aspects}
    context = {
        "taxonomy": taxonomy,
        "name": taxonomy_name(taxonomy.name),
        "is_in_use": is_in_use,
        "is_fixed": chosen.origin == VARIABLE,
        "is_own": not _is_built_in(chosen) and is_in_use,
        "rows": rows,
        "q": search,
        "n_all": len(taxonomy.aspects),
        "n_mentions": sum(of.n_mentions for aspect, of in (spoken or {}).items() if aspect in known),
        "n_others": sum(of.n_mentions for aspect, of in (spoken or {}).items() if aspect not in known),
        "built_in": [(name, taxonomy_name(name)) for name in BUILT_IN],
        "may_edit": visitor_of(request).may(Permission.TAXONOMY_EDIT),
        "form": TryForm(),
        **(more or {}),
    }
    parts = {"trial": "listen/_trial.html", "tree": "listen/_tree.html"}
    return render_page(request, "listen/taxonomy.html", context, parts=parts, status=status)


def _shown(request: HttpRequest) -> tuple[Taxonomy, ChosenTaxonomy]:
    chosen = get_taxonomy()
    wanted = request.POST.get("show") or request.GET.get("show", "")
    return (load_taxonomy(wanted) if wanted in BUILT_IN else chosen.taxonomy), chosen


def _is_built_in(chosen: ChosenTaxonomy) -> bool:
    name = chosen.taxonomy.name
    return name in BUILT_IN and chosen.taxonomy == load_taxonomy(name)


def _days_ago(n_days: int) -> datetime:
    day = timezone.localdate() - timedelta(days=n_days)
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def _row(aspect: Aspect, spoken: dict[str, Spoken] | None) -> AspectRow:
    is_chinese = page_language() == "zh"
    query = urlencode({"period": f"{_N_DAYS}d", "aspect": aspect.id})
    return AspectRow(
        id=aspect.id,
        level=aspect.level,
        name=aspect.zh if is_chinese else aspect.en,
        other_name=aspect.en if is_chinese else aspect.zh,
        terms=("、" if is_chinese else ", ").join([*aspect.terms, *aspect.weak_terms]),
        n=None if spoken is None else spoken[aspect.id].n_voices if aspect.id in spoken else 0,
        url=f"{reverse('voices')}?{query}",
    )


def _holds(aspect: Aspect, search: str) -> bool:
    wanted = search.casefold()
    return not wanted or any(
        wanted in text.casefold()
        for text in (aspect.id, aspect.zh, aspect.en, *aspect.terms, *aspect.weak_terms)
    )


def _read_text(content: bytes) -> str:
    if len(content) > MAX_TAXONOMY_BYTES:
        raise InvalidInput("The file is larger than 2 MB.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("The file is no text in UTF-8.", next_step="Save it as UTF-8.") from None


def _wrong(text: str, fault: TaxonomyFault) -> WrongFile:
    lines = text.splitlines()
    line = fault.line or 0
    shown = range(max(1, line - _LINES_AROUND), min(len(lines), line + _LINES_AROUND) + 1)
    return WrongFile(
        reason=words_of(fault.error),
        line=fault.line,
        lines=[(number, lines[number - 1][:200]) for number in shown] if line else [],
    )
