"""Finds cases: one by number, link or phone; lists of them; always within a scope or by a secret."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Count, F, Q, QuerySet

from zhiyin.people.models import Account
from zhiyin.people.scope import Scope
from zhiyin.respond.contacts import last_four_of
from zhiyin.respond.errors import CaseNotFound
from zhiyin.respond.models import Case
from zhiyin.respond.numbers import normal_number
from zhiyin.respond.sealing import hash_token, index_phone
from zhiyin.respond.statuses import AWAITING_STAFF, ENDED, CaseStatus

Sort = Literal["due", "newest", "number"]
_MAX_TEXT = 100
STILL_OPEN = frozenset(CaseStatus) - ENDED
# A case has an end or is open; these are the words of two indexes, in the order in which lists show cases.
# SQLite knows an index with a condition again only where that has no values, as a list of statuses has.
_IS_OPEN, _IS_ENDED = Q(closed_at__isnull=True), Q(closed_at__isnull=False)
_AWAITS_STAFF = _IS_OPEN & Q(status__in=sorted(status.value for status in AWAITING_STAFF))
# The same of the whole company: where statuses are named, SQLite takes their index and sorts what it finds.
_AWAITS_STAFF_ANYWHERE = _IS_OPEN & ~Q(status__in=sorted(one.value for one in STILL_OPEN - AWAITING_STAFF))
_AWAITS_CUSTOMER = _IS_OPEN & Q(status__in=sorted(one.value for one in STILL_OPEN - AWAITING_STAFF))
_AWAITS_CUSTOMER_ANYWHERE = _IS_OPEN & ~Q(status__in=sorted(status.value for status in AWAITING_STAFF))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases; no limit where None or empty. `overdue_at`: a step of ours was due before then.

    `is_open`: someone has to look after it. `text`: a number, or words of the title.
    """

    owner: Account | None = None
    unit_ids: frozenset[int] | None = None
    statuses: frozenset[CaseStatus] = frozenset()
    is_open: bool | None = None
    overdue_at: datetime | None = None
    is_unanswered: bool = False
    text: str = ""
    sort: Sort = "due"


_EVERY = CaseFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """Cases with `unit` and `owner` at hand, and how many there are in all."""

    cases: list[Case]
    n: int


def get_case(number: str, *, scope: Scope) -> Case:
    """The case of that number, however it was typed, with `unit` and `owner` at hand.

    Raises:
        CaseNotFound: there is none, or none within the scope.
    """
    case = _within(scope).filter(number=normal_number(number)).first()
    if case is None:
        raise CaseNotFound
    return case


def list_cases(
    *,
    scope: Scope,
    filter: CaseFilter = _EVERY,
    narrow: Callable[[QuerySet[Case]], QuerySet[Case]] | None = None,
    offset: int = 0,
    limit: int = 50,
) -> CasePage:
    """The cases that are wanted. By when they are due: those first that wait for us, then those that wait
    for the customer, then the ended. Three queries, up to three more where a page reaches into the next part.

    `narrow` is a further choice among them, as `flow.filters` makes it.
    """
    found = select_cases(scope=scope, filter=filter)
    found = found if narrow is None else narrow(found)
    parts = _parts(filter, is_anywhere=_is_anywhere(filter, scope))
    return CasePage(cases=_cut(found, parts, offset=offset, limit=limit), n=found.count())


def _cut(found: QuerySet[Case], parts: Sequence[Q], *, offset: int, limit: int) -> list[Case]:
    """A page of the parts, one behind the other, each read in the order of an index."""
    pks: list[int] = []
    for part in parts:
        among = found.filter(part)
        # First which: a question that joins unit and owner leads SQLite away from the index.
        wanted = among.select_related(None).values_list("pk", flat=True)
        here = list(wanted[offset : offset + limit - len(pks)])
        pks += here
        if len(pks) >= limit:
            break
        offset = 0 if here or not offset else max(0, offset - among.count())
    by_pk = _all().in_bulk(pks)
    return [by_pk[pk] for pk in pks if pk in by_pk]


def _parts(filter: CaseFilter, *, is_anywhere: bool) -> Sequence[Q]:
    """How the list falls apart where it is in order of due; one part that is all of it elsewhere."""
    is_one = filter.overdue_at is not None or filter.is_unanswered or filter.is_open is False
    if is_one or filter.sort != "due" or len(filter.statuses) == 1:
        return (Q(),)
    opened = (
        (_AWAITS_STAFF_ANYWHERE, _AWAITS_CUSTOMER_ANYWHERE)
        if is_anywhere
        else (_AWAITS_STAFF, _AWAITS_CUSTOMER)
    )
    return opened if filter.is_open else (*opened, _IS_ENDED)


def select_cases(*, scope: Scope, filter: CaseFilter = _EVERY) -> QuerySet[Case]:
    """As `list_cases`, not yet read: for exports, which must not hold all at once."""
    found = _within(scope)
    if filter.owner is not None:
        found = found.filter(owner=filter.owner)
    if filter.unit_ids is not None:
        found = found.filter(unit_id__in=filter.unit_ids)
    if filter.statuses:
        found = found.filter(status__in=_values(filter.statuses))
    is_anywhere = _is_anywhere(filter, scope)
    awaits = _AWAITS_STAFF_ANYWHERE if is_anywhere else _AWAITS_STAFF
    if filter.is_open is not None:
        found = found.filter(_IS_OPEN if filter.is_open else _IS_ENDED)
        if not is_anywhere:
            # The indexes by owner and unit tell it by the status; what is wanted is named, not what is not.
            found = found.filter(status__in=_values(STILL_OPEN if filter.is_open else ENDED))
    if filter.overdue_at is not None:
        found = found.filter(awaits, due_at__lt=filter.overdue_at)
    if filter.is_unanswered:
        found = found.filter(awaits)
    return _sorted(_matching(found, filter.text), filter.sort)


def count_open(*, scope: Scope, owner: Account | None = None) -> int:
    """How many cases somebody has to look after; of one owner where named."""
    return select_cases(scope=scope, filter=CaseFilter(owner=owner, is_open=True)).count()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCounts:
    """How many open cases there are: of the asker, of all within the scope, and which need haste."""

    n_mine: int
    n_open: int
    n_overdue: int
    n_unanswered: int


def count_cases(*, scope: Scope, owner: Account | None, now: datetime) -> CaseCounts:
    """The counts above the lists, in one query."""
    # Nothing but columns of the index of open cases, so that no row is read.
    awaits = Q(status__in=_values(AWAITING_STAFF))
    mine = Q(owner=owner) if owner is not None else Q(pk__in=[])
    found = select_cases(scope=scope, filter=CaseFilter(is_open=True)).order_by()
    row = found.aggregate(
        n_mine=Count("pk", filter=mine),
        n_open=Count("pk"),
        n_overdue=Count("pk", filter=awaits & Q(due_at__lt=now)),
        n_unanswered=Count("pk", filter=awaits),
    )
    return CaseCounts(**row)


def find_case_by_token(token: str) -> Case | None:
    """The case whose link holds the token: whoever has it may see the customer's page."""
    return _all().filter(token_hash=hash_token(token)).first()


def find_case_by_phone(*, number: str, last_four: str) -> Case | None:
    """The case of that number, if the customer's phone ends so. The caller limits the tries."""
    plain, digits = normal_number(number), last_four_of(last_four)
    if not plain or not digits:
        return None
    return _all().filter(number=plain, phone_index=index_phone(digits, number=plain)).first()


def cases_of_voice(feedback_id: str, *, scope: Scope) -> list[Case]:
    """The cases about this voice, within the scope."""
    return list(_within(scope).filter(voices__feedback_id=feedback_id))


def cases_of_voices(feedback_ids: Sequence[str], *, scope: Scope) -> dict[str, Case]:
    """The case by id of the voice, for those that have one. One query."""
    found = _within(scope).filter(voices__feedback_id__in=feedback_ids)
    return {case.about: case for case in found.annotate(about=F("voices__feedback_id"))}


def _within(scope: Scope) -> QuerySet[Case]:
    if not isinstance(scope, Scope):
        raise TypeError("A question needs the Scope of the asker.")
    return _all() if scope.unit_ids is None else _all().filter(unit_id__in=scope.unit_ids)


def _all() -> QuerySet[Case]:
    return Case.objects.select_related("unit", "owner")


def _is_anywhere(filter: CaseFilter, scope: Scope) -> bool:
    return filter.owner is None and filter.unit_ids is None and scope.unit_ids is None


def _matching(found: QuerySet[Case], text: str) -> QuerySet[Case]:
    for word in text.replace("\0", "")[:_MAX_TEXT].split():
        if number := normal_number(word):  # a whole number names one case, by its index
            found = found.filter(number=number)
        else:
            found = found.filter(Q(title__icontains=word) | Q(number__icontains=word))
    return found


def _sorted(found: QuerySet[Case], sort: Sort) -> QuerySet[Case]:
    if sort == "newest":
        return found.order_by("-opened_at", "-pk")
    return found.order_by("number") if sort == "number" else found.order_by("due_at", "pk")


def _values(statuses: frozenset[CaseStatus]) -> list[str]:
    return sorted(status.value for status in statuses)
