"""Terms that customers judge and the taxonomy lacks: searched for, added to one's draft, turned down."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.engine.protocols import Lake
from zhiyin.errors import InvalidInput
from zhiyin.listen.models import BackgroundJob, DismissedTerm, TermSearch
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.listen.services.jobs.kinds import JobView
from zhiyin.listen.services.jobs.table import Progress, make_table_kind, start_job
from zhiyin.listen.services.jobs.waiting import Waiting, list_voices_for, work_off
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.listen.services.taxonomy_versions import Draft, change_draft, draft_of
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission
from zhiyin.people.services.audit import record_event
from zhiyin.understand.targets import Target, find_targets
from zhiyin.understand.taxonomy import Taxonomy
from zhiyin.understand.taxonomy_edits import AddPhrases

KIND = "term_suggestions"
N_VOICES = 20_000
N_TERMS = 100
# About a second of one core; what takes longer is a job in a process of its own.
MOST_CHARACTERS_AT_ONCE = 400_000


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a term stands in a voice, and how it is judged there: −1, 0 or 1."""

    feedback_id: str
    start: int
    end: int
    polarity: int


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A term, how many voices judge it and how many of these blame it, and the aspects that it resembles."""

    term: str
    n_voices: int
    n_negative: int
    aspects: list[tuple[str, float]]
    places: list[Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchState:
    """What is known: suggestions of the last search in so many voices; `job` works on another one.

    `is_old`: the taxonomy has changed since. `failure` is a plain English sentence.
    """

    suggestions: tuple[Suggestion, ...] = ()
    n_voices: int | None = None
    is_old: bool = False
    job: JobView | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A term for an aspect."""

    term: str
    aspect: str


def ask_for_terms(account: Account, *, lake: Lake, most_at_once: int = MOST_CHARACTERS_AT_ONCE) -> None:
    """Searches the last voices that the account may read, at once or, where it takes long, in a job.

    Raises:
        InvalidInput: the taxonomy in use is unusable.
    """
    voices = list_voices_for(account, lake=lake, limit=N_VOICES)
    if sum(len(text) for _id, text in voices) <= most_at_once:
        _search(account, voices=voices)
        return
    TermSearch.objects.update_or_create(account=account, defaults={"wanted_at": timezone.now()})
    start_job(KIND, by=account)


def find_terms(account: Account) -> SearchState:
    """What the last search found, less what is a term by now, in the draft or turned down."""
    row = TermSearch.objects.filter(account=account).first()
    if row is None:
        return SearchState()
    taxonomy = get_taxonomy().taxonomy
    gone = _known(draft_of(account).taxonomy) | _dismissed()
    found = msgspec.convert(row.found, list[Suggestion])
    state = SearchState(
        suggestions=tuple(one for one in found if one.term not in gone),
        n_voices=row.n_voices if row.made_at else None,
        is_old=row.made_at is not None and row.label != taxonomy.label,
    )
    return state if row.wanted_at is None else _with_job(state, account)


def add_terms(account: Account, choices: Iterable[Choice], *, by: Actor) -> Draft:
    """The account's draft with the terms, each of its aspect.

    Raises:
        NotFound: there is no such aspect. InvalidInput: a term is one of another aspect, or none is chosen.
    """
    terms: dict[str, list[str]] = {}
    for choice in choices:
        terms.setdefault(choice.aspect, []).append(choice.term)
    if not terms:
        raise InvalidInput("No term was chosen.", next_step="Choose at least one.")
    with transaction.atomic():
        for aspect, some in terms.items():
            draft = change_draft(account, AddPhrases(aspect=aspect, key="terms", phrases=tuple(some)))
        n_terms = sum(map(len, terms.values()))
        record_event("taxonomy.terms_added", by=by, details={"terms": n_terms})
    return draft


def dismiss_terms(terms: Iterable[str], *, account: Account, by: Actor) -> list[str]:
    """Nobody is told of these any more; those that were not turned down before."""
    wanted = [term for term in dict.fromkeys(terms) if 0 < len(term) <= 20]
    with transaction.atomic():
        known = set(DismissedTerm.objects.filter(term__in=wanted).values_list("term", flat=True))
        new = [term for term in wanted if term not in known]
        DismissedTerm.objects.bulk_create(DismissedTerm(term=term, dismissed_by=account) for term in new)
        if new:
            record_event("taxonomy.terms_dismissed", by=by, details={"terms": len(new)})
    return new


def restore_terms(terms: Iterable[str], *, by: Actor) -> int:
    """They are suggested again; returns how many had been turned down."""
    with transaction.atomic():
        n_deleted, _kinds = DismissedTerm.objects.filter(term__in=list(terms)).delete()
        if n_deleted:
            record_event("taxonomy.terms_restored", by=by, details={"terms": n_deleted})
    return n_deleted


def search_for_terms(*, home: Home, progress: Progress) -> dict[str, int]:
    """Makes the searches that somebody waits for; returns how many voices were read."""
    lake = open_engine(home).lake
    create_tables(lake)
    waiting = Waiting(
        find_next=_next,
        work=lambda account, voices, tell: _search(account, voices=voices, tell=tell),
        forget=lambda: TermSearch.objects.update(wanted_at=None),
        n_voices=N_VOICES,
    )
    return {"voices": work_off(waiting, lake=lake, progress=progress)}


SUGGESTIONS_KIND = make_table_kind(
    KIND,
    name=_("Search for terms that the taxonomy lacks"),
    icon="tags",
    permission=Permission.TAXONOMY_EDIT,
    work=search_for_terms,
    figure_names={"voices": _("Voices read")},
)


def _next() -> TermSearch | None:
    waiting = TermSearch.objects.select_related("account").filter(wanted_at__isnull=False)
    return waiting.order_by("wanted_at").first()


def _search(
    account: Account, *, voices: list[tuple[str, str]], tell: Callable[[int], None] = lambda n: None
) -> None:
    taxonomy = get_taxonomy().taxonomy
    texts = [text for _id, text in voices]
    found = find_targets(texts, taxonomy=taxonomy, limit=N_TERMS, not_wanted=_dismissed(), on_progress=tell)
    TermSearch.objects.update_or_create(
        account=account,
        defaults={
            "label": taxonomy.label,
            "n_voices": len(voices),
            "found": [msgspec.to_builtins(_suggestion(one, voices=voices)) for one in found],
            "made_at": timezone.now(),
            "wanted_at": None,
        },
    )


def _suggestion(target: Target, *, voices: list[tuple[str, str]]) -> Suggestion:
    return Suggestion(
        term=target.term,
        n_voices=target.n_texts,
        n_negative=target.n_negative,
        aspects=list(target.aspects),
        places=[
            Place(feedback_id=voices[one.text][0], start=one.start, end=one.end, polarity=one.polarity)
            for one in target.examples
        ],
    )


def _with_job(state: SearchState, account: Account) -> SearchState:
    last = BackgroundJob.objects.filter(kind=KIND).order_by("-pk").first()
    has_ended = last is not None and last.ended_at is not None
    if last is not None and has_ended and last.status != BackgroundJob.Status.DONE:
        TermSearch.objects.filter(account=account).update(wanted_at=None)
        return replace(state, failure=last.message)
    # One that ended between the asking and now did not see it.
    job = start_job(KIND, by=account) if last is None or has_ended else last
    return replace(state, job=SUGGESTIONS_KIND.find(job.pk))


def _dismissed() -> frozenset[str]:
    return frozenset(DismissedTerm.objects.values_list("term", flat=True))


def _known(taxonomy: Taxonomy) -> frozenset[str]:
    return frozenset(
        phrase.lower()
        for one in taxonomy.aspects
        for phrases in (one.terms, one.weak_terms, one.exclusions)
        for phrase in phrases
    )
