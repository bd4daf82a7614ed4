"""What a draft of the taxonomy would change: in the last voices, and in a sentence that one types."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from zhiyin.console.pages import render_page, wanted_part
from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries.feedback import FeedbackOut
from zhiyin.listen.queries.recent import list_voices_by_id
from zhiyin.listen.sentences import words_of
from zhiyin.listen.services.jobs.kinds import JobView
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.listen.services.taxonomy_comparison import AspectEffect, ChangedVoice, Comparison, Mark
from zhiyin.listen.services.taxonomy_preview import ask_for_preview, find_preview
from zhiyin.listen.services.taxonomy_reasons import ReasonedTrial, try_with_reasons
from zhiyin.listen.services.taxonomy_versions import Draft, draft_of
from zhiyin.people.access import visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires

_AROUND = 40
_MOST_ASPECTS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of what a customer said; `polarity` where an opinion on the aspect stands there."""

    text: str
    polarity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A voice that would be understood otherwise; polarities as they are and as they would be."""

    feedback_id: str
    way: str
    passages: list[Passage]
    before: list[str]
    after: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRow:
    """One aspect of a preview with voices to look at."""

    name: str
    effect: AspectEffect
    examples: list[Example]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewView:
    """A preview as the page shows it."""

    comparison: Comparison | None
    rows: list[EffectRow]
    n_quiet: int
    is_old: bool
    job: JobView | None
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedBoth:
    """A sentence by the draft and by what is in use; `is_same`: both understand it alike."""

    draft: ReasonedTrial | None
    in_use: ReasonedTrial
    is_same: bool


@requires(Permission.TAXONOMY_EDIT)
@require_http_methods(["GET", "POST"])
def preview_taxonomy(request: HttpRequest) -> HttpResponse:
    """POST asks for a preview of one's draft; GET shows how far it is."""
    account = visitor_of(request).account
    if account is None:
        raise Http404
    try:
        if request.method == "POST":
            ask_for_preview(account, lake=open_lake())
        preview = make_preview_view(request, account=account, draft=draft_of(account))
    except (InvalidInput, Conflict) as error:
        tell(request, words_of(error), tone="bad")
        return redirect("taxonomy")
    if wanted_part(request) != "preview":
        return redirect(f"{reverse('edit_taxonomy')}#preview")
    return render_page(
        request,
        "listen/_taxonomy_preview.html",
        {"preview": preview},
        parts={"preview": "listen/_taxonomy_preview.html"},
    )


def make_preview_view(request: HttpRequest, *, account: Account, draft: Draft) -> PreviewView:
    """The last preview of the draft, with the voices that the visitor may read."""
    state = find_preview(account, draft=draft)
    found = state.comparison
    if found is None:
        return PreviewView(
            comparison=None, rows=[], n_quiet=0, is_old=False, job=state.job, failure=state.failure
        )
    changed = [effect for effect in found.aspects if effect.n_changed]
    scope = visitor_of(request).scope_for(Permission.FEEDBACK_READ)
    ids = sorted({one.feedback_id for one in found.examples})
    voices = list_voices_by_id(open_lake(), ids=ids, scope=scope) if ids else {}
    return PreviewView(
        comparison=found,
        rows=[_row(effect, comparison=found, voices=voices) for effect in changed[:_MOST_ASPECTS]],
        n_quiet=len(found.aspects) - len(changed),
        is_old=state.is_old,
        job=state.job,
        failure=state.failure,
    )


def try_both(text: str, *, draft: Draft) -> TriedBoth:
    """The sentence understood by the draft, where anything was changed, and by what is in use."""
    language = page_language()
    in_use = try_with_reasons(text, taxonomy=get_taxonomy().taxonomy, language=language)
    if not draft.edits:
        return TriedBoth(draft=None, in_use=in_use, is_same=True)
    tried = try_with_reasons(text, taxonomy=draft.taxonomy, language=language)
    return TriedBoth(draft=tried, in_use=in_use, is_same=_found(tried) == _found(in_use))


def _found(tried: ReasonedTrial) -> list[tuple[str, str, int, int]]:
    return [(one.aspect, one.polarity, one.start, one.end) for _name, one in tried.trial.opinions]


def _row(effect: AspectEffect, *, comparison: Comparison, voices: dict[str, FeedbackOut]) -> EffectRow:
    return EffectRow(
        name=effect.zh if page_language() == "zh" else effect.en,
        effect=effect,
        examples=[
            _example(one, text=voices[one.feedback_id].text)
            for one in comparison.examples
            if one.aspect == effect.aspect and one.feedback_id in voices
        ],
    )


def _example(one: ChangedVoice, *, text: str) -> Example:
    return Example(
        feedback_id=one.feedback_id,
        way=one.way,
        passages=_passages(text, one.after or one.before),
        before=sorted({mark.polarity for mark in one.before}),
        after=sorted({mark.polarity for mark in one.after}),
    )


def _passages(text: str, marks: list[Mark]) -> list[Passage]:
    """The words around the first opinion, every opinion in them marked."""
    ordered = sorted(marks, key=lambda mark: (mark.start, mark.end))
    begin = max(0, ordered[0].start - _AROUND)
    end = min(len(text), ordered[0].end + _AROUND)
    found, at = [Passage(text="…")] if begin else [], begin
    for mark in ordered:
        if mark.start < at or mark.end > end:
            continue
        found += [Passage(text=text[at : mark.start])] if mark.start > at else []
        found.append(Passage(text=text[mark.start : mark.end], polarity=mark.polarity))
        at = mark.end
    return [*found, Passage(text=text[at:end] + ("…" if end < len(text) else ""))]
