"""Learning from people: the model in use, a candidate from corrections, the switch and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.engine import open_engine
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.listen.api import open_lake
from zhiyin.listen.learning_wording import (
    ChangedLine,
    FigureLine,
    make_changed_lines,
    make_figure_lines,
    model_name,
)
from zhiyin.listen.sentences import words_of
from zhiyin.listen.services.learning import SHIPPED, back, discard_candidate, get_model, use_model
from zhiyin.listen.services.learning.job import submit_training
from zhiyin.listen.services.learning.overview import Learning, read_learning
from zhiyin.listen.services.learning.terms import TermSuggestion, list_term_suggestions
from zhiyin.listen.services.retagging import find_retagging
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.understand.polarity import load_polarity

_TERMS_SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningView:
    """The page: what is in use and what waits, and the candidate's comparison in words."""

    learning: Learning
    figures: list[FigureLine]
    industries: list[FigureLine]
    changed: list[ChangedLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermLine:
    """Words that the taxonomy could learn, and the name of their aspect."""

    term: TermSuggestion
    aspect: str


@requires(Permission.TAXONOMY_EDIT)
@require_GET
def show_learning(request: HttpRequest) -> HttpResponse:
    """Which model labels voices, and what a candidate would do otherwise."""
    learning = read_learning(open_engine(settings.HOME))
    figures, changed = list[FigureLine](), list[ChangedLine]()
    if learning.report is not None:
        figures = make_figure_lines(learning.report)
        scope = visitor_of(request).scope_for(Permission.FEEDBACK_READ)
        changed = make_changed_lines(learning.report, scope=scope)
    view = LearningView(
        learning=learning,
        figures=[one for one in figures if not one.industry],
        industries=[one for one in figures if one.industry],
        changed=changed,
    )
    context = {"view": view, "is_retagging": find_retagging() is not None}
    return render_page(request, "listen/learning.html", context, parts={"learning": "listen/_learning.html"})


@requires(Permission.TAXONOMY_EDIT)
@require_GET
def suggest_taught_terms(request: HttpRequest) -> HttpResponse:
    """Words that people put under an aspect, which the page of learning fetches after itself."""
    scope = visitor_of(request).scope_for(Permission.FEEDBACK_READ)
    names = get_taxonomy().taxonomy.names(page_language())
    terms = list_term_suggestions(open_lake(), scope=scope)[:_TERMS_SHOWN]
    lines = [TermLine(term=one, aspect=names[one.aspect]) for one in terms if one.aspect in names]
    return render_page(
        request,
        "listen/learning_terms.html",
        {"lines": lines},
        parts={"taught-terms": "listen/_learning_terms.html"},
    )


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def train_model(request: HttpRequest) -> HttpResponse:
    """Begins to train a candidate; the page tells how far it is."""
    account = visitor_of(request).account
    if account is None:
        raise Http404
    submit_training(by=account)
    return redirect("learning")


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def switch_model(request: HttpRequest) -> HttpResponse:
    """Puts the model of that version into use; `shipped` is the shipped one."""
    wanted = request.POST.get("version") or request.GET.get("version", "")
    # From the shipped one there is no way back but by name.
    is_shipped = wanted in {SHIPPED, load_polarity().version}
    undo_url = _use_url(get_model().version) if is_shipped else reverse("go_back_to_model")
    return _switch(request, lambda: use_model(wanted, by=actor_of(request)), undo_url=undo_url)


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def go_back_to_model(request: HttpRequest) -> HttpResponse:
    """Goes back to what was in use before."""
    undo_url = _use_url(get_model().version)
    return _switch(request, lambda: back(by=actor_of(request)), undo_url=undo_url)


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def discard_model(request: HttpRequest) -> HttpResponse:
    """Drops the candidate; the corrections that it learned stay."""
    discard_candidate(by=actor_of(request))
    tell(request, _("The candidate is discarded. The corrections are kept: train again at any time."))
    return redirect("learning")


def _switch(request: HttpRequest, do: Callable[[], str], *, undo_url: str) -> HttpResponse:
    try:
        version = do()
    except NotFound:
        raise Http404 from None
    except (InvalidInput, Conflict) as error:
        tell(request, words_of(error), tone="bad")
    else:
        told = _("From now on voices are labelled by: %(model)s") % {"model": model_name(version)}
        tell(request, told, undo_url=undo_url)
    return redirect("learning")


def _use_url(version: str) -> str:
    return f"{reverse('switch_model')}?{urlencode({'version': version})}"
