"""Terms that customers judge and the taxonomy lacks: look, take into one's draft, turn down."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from zhiyin.assist.services.endpoint import is_on
from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries.feedback import FeedbackOut
from zhiyin.listen.queries.recent import list_voices_by_id
from zhiyin.listen.sentences import words_of
from zhiyin.listen.services.jobs.kinds import JobView
from zhiyin.listen.services.taxonomy_versions import draft_of
from zhiyin.listen.services.term_suggestions import (
    Choice,
    Place,
    Suggestion,
    add_terms,
    ask_for_terms,
    dismiss_terms,
    find_terms,
    restore_terms,
)
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.understand.taxonomy import Taxonomy

PER_PAGE = 20
_AROUND = 18
_POLARITIES = {-1: "negative", 0: "neutral", 1: "positive"}
_TURNED_DOWN = "dismissed_terms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a customer said around a term."""

    feedback_id: str
    before: str
    term: str
    after: str
    polarity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRow:
    """A suggestion with the aspects to choose from, the likeliest first, and what customers said.

    `is_by_machine`: the language model proposed the first one.
    """

    suggestion: Suggestion
    likely: list[tuple[str, str]]
    said: list[Words]
    is_by_machine: bool = False

    @property
    def share_negative(self) -> float:
        """Of the voices that judge it, 0 to 1."""
        return self.suggestion.n_negative / max(1, self.suggestion.n_voices)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOf:
    """Where in the list a page stands, from 1."""

    number: int
    n_pages: int
    has_previous: bool
    has_next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsView:
    """The page: a part of the suggestions, every aspect, and what is under way."""

    rows: list[TermRow]
    n_terms: int
    n_voices: int | None
    n_in_draft: int
    is_old: bool
    job: JobView | None
    failure: str
    aspects: list[tuple[str, str]]
    page: PageOf


@requires(Permission.TAXONOMY_EDIT)
@require_http_methods(["GET", "POST"])
def suggest_terms(request: HttpRequest) -> HttpResponse:
    """POST searches again; GET shows what was found and how far a search is."""
    account = account_of(request)
    try:
        if request.method == "POST":
            ask_for_terms(account, lake=open_lake())
            return redirect("suggested_terms")
        view = read_terms_view(request, account=account)
    except (InvalidInput, Conflict) as error:
        tell(request, words_of(error), tone="bad")
        return redirect("taxonomy")
    return render_page(
        request,
        "listen/term_suggestions.html",
        {"view": view, "can_draft": is_on()},
        parts={"terms": "listen/_term_suggestions.html"},
    )


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def choose_terms(request: HttpRequest) -> HttpResponse:
    """Takes the marked terms, or the one whose button was pressed, into the draft; or turns them down."""
    account, posted = account_of(request), request.POST
    one = posted.get("add") or posted.get("dismiss")
    terms = [one] if one else posted.getlist("term")
    try:
        if "dismiss" in posted or "dismiss_all" in posted:
            _turn_down(request, terms, account=account)
        else:
            _take(request, terms, account=account)
    except (InvalidInput, NotFound, Conflict) as error:
        tell(request, words_of(error), tone="bad")
    page = posted.get("page", "")
    query = f"?{urlencode({'page': page})}" if page.isdigit() else ""
    return redirect(f"{reverse('suggested_terms')}{query}")


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def undo_dismissal(request: HttpRequest) -> HttpResponse:
    """The terms that this visitor turned down last are suggested again."""
    restore_terms(request.session.pop(_TURNED_DOWN, []), by=actor_of(request))
    return redirect("suggested_terms")


def _take(request: HttpRequest, terms: list[str], *, account: Account) -> None:
    choices = [Choice(term=term, aspect=request.POST.get(f"aspect:{term}", "")) for term in terms]
    add_terms(account, choices, by=actor_of(request))
    told = ngettext("%(n)d term is in your draft.", "%(n)d terms are in your draft.", len(choices))
    tell(request, told % {"n": len(choices)}, undo_url=reverse("undo_taxonomy_edit"))


def _turn_down(request: HttpRequest, terms: list[str], *, account: Account) -> None:
    new = dismiss_terms(terms, account=account, by=actor_of(request))
    if not new:
        raise InvalidInput("No term was chosen.", next_step="Choose at least one.")
    request.session[_TURNED_DOWN] = new
    told = ngettext(
        "%(n)d term will not be suggested again.", "%(n)d terms will not be suggested again.", len(new)
    )
    tell(request, told % {"n": len(new)}, undo_url=reverse("undo_dismissed_terms"))


def read_terms_view(request: HttpRequest, *, account: Account) -> TermsView:
    """The page that the address asks for."""
    state, draft = find_terms(account), draft_of(account)
    page = Paginator(state.suggestions, PER_PAGE).get_page(request.GET.get("page"))
    scope = visitor_of(request).scope_for(Permission.FEEDBACK_READ)
    ids = sorted({place.feedback_id for one in page for place in one.places})
    voices = list_voices_by_id(open_lake(), ids=ids, scope=scope) if ids else {}
    aspects = _list_aspects(draft.taxonomy)
    return TermsView(
        rows=[_row(one, aspects=dict(aspects), voices=voices) for one in page],
        n_terms=len(state.suggestions),
        n_voices=state.n_voices,
        n_in_draft=len(draft.edits),
        is_old=state.is_old,
        job=state.job,
        failure=state.failure,
        aspects=aspects,
        page=PageOf(
            number=page.number,
            n_pages=page.paginator.num_pages,
            has_previous=page.has_previous(),
            has_next=page.has_next(),
        ),
    )


def _row(one: Suggestion, *, aspects: dict[str, str], voices: dict[str, FeedbackOut]) -> TermRow:
    return TermRow(
        suggestion=one,
        likely=[(aspect, aspects[aspect]) for aspect, _likeness in one.aspects if aspect in aspects],
        said=[
            _words(place, text=voices[place.feedback_id].text)
            for place in one.places
            if place.feedback_id in voices
        ],
    )


def _words(place: Place, *, text: str) -> Words:
    text = text.replace("\n", " ")
    begin, end = max(0, place.start - _AROUND), min(len(text), place.end + _AROUND)
    return Words(
        feedback_id=place.feedback_id,
        before=("…" if begin else "") + text[begin : place.start],
        term=text[place.start : place.end],
        after=text[place.end : end] + ("…" if end < len(text) else ""),
        polarity=_POLARITIES[place.polarity],
    )


def _list_aspects(taxonomy: Taxonomy) -> list[tuple[str, str]]:
    """Id and name with those above it, in the order of the tree."""
    language = page_language()
    names: dict[str, str] = {}
    for one in taxonomy.aspects:
        own = one.zh if language == "zh" else one.en
        names[one.id] = f"{names[one.parent]} / {own}" if one.parent else own
    return list(names.items())


def account_of(request: HttpRequest) -> Account:
    """Whose draft it is; an API key has none."""
    account = visitor_of(request).account
    if account is None:
        raise Http404
    return account
