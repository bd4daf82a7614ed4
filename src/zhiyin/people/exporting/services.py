"""What changes the rule and the requests for large files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from zhiyin.errors import Conflict, Forbidden, InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.exporting.addresses import open_address, seal_address
from zhiyin.people.exporting.kinds import ExportState
from zhiyin.people.exporting.queries import get_rule, is_alone
from zhiyin.people.models import Account, ExportRequest, ExportRule
from zhiyin.people.services.audit import record_event
from zhiyin.understand.privacy import compile_patterns, find_private, mask
from zhiyin.understand.text import fold_batch

MOST_WORDS = 300
LEAST_FREE, MOST_FREE = 100, 100_000_000
MOST_DAYS = 30
GROWTH = 1.1
"""A list may grow that much between the yes and the fetching."""
_RULE_ID = 1

Listener = Callable[[ExportRequest], None]
on_asked: list[Listener] = []
on_answered: list[Listener] = []
"""Called in the transaction of what happened, by whoever tells people."""


def set_rule(*, n_free: int | None, n_days: int, by: Actor) -> ExportRule:
    """Files above `n_free` rows need a second person; None: no file does.

    Raises:
        InvalidInput: fewer than 100 rows, or no day at all.
    """
    if n_free is not None and not LEAST_FREE <= n_free <= MOST_FREE:
        raise InvalidInput("Give 100 rows at least, or leave it empty.", field="n_free")
    if not 1 <= n_days <= MOST_DAYS:
        raise InvalidInput("Give 1 to 30 days.", field="n_days")
    with transaction.atomic():
        before = get_rule()
        rule, _made = ExportRule.objects.update_or_create(
            pk=_RULE_ID, defaults={"n_free": n_free, "n_days": n_days}
        )
        details = {
            "n_free_before": _say_free(before.n_free), "n_free": _say_free(n_free),
            "n_days_before": before.n_days, "n_days": n_days,
        }  # fmt: skip
        record_event("export_rule.set", by=by, target=("export_rule", ""), details=details)
    return rule


def ask_for_file(*, address: str, name: str, n_rows: int, reason: str, account: Account) -> ExportRequest:
    """The request, which waits for a second person; the one that waits already where it is the same.

    Raises:
        InvalidInput: it does not say why.
    """
    words = _tidy(reason)
    if len(words) < 2:
        raise InvalidInput("Say what the file is for.", field="reason")
    with transaction.atomic():
        forget_addresses(now=timezone.now())
        mine = ExportRequest.objects.filter(account=account, state=ExportState.WAITING.value)
        for found in mine.select_for_update():
            if open_address(found) == address:
                return found
        made = ExportRequest.objects.create(
            account=account, name=name[:120], address_sealed=seal_address(address), n_rows=n_rows,
            reason=words, asked_at=timezone.now(),
        )  # fmt: skip
        _record("export.asked", made, by=Actor.of(account), reason=words)
        for listener in on_asked:
            listener(made)
    return made


def answer_request(request_id: int, *, is_yes: bool, words: str, by: Account) -> ExportRequest:
    """The request, agreed to or not.

    Raises:
        NotFound: there is none of this number.
        Forbidden: nobody says yes to the own file, but who alone may agree at all.
        Conflict: it does not wait any more.
        InvalidInput: no, or yes to the own file, without saying why.
    """
    answer = _tidy(words)
    with transaction.atomic():
        found = _hold(request_id)
        is_own = found.account_id == by.pk
        if is_own and not is_alone(by):
            raise Forbidden("A second person has to agree.", next_step="Ask somebody else with this right.")
        if found.state != ExportState.WAITING:
            raise Conflict("The request does not wait any more.", next_step="Look at the list.")
        if not is_yes and not answer:
            raise InvalidInput("Say why not.", field="answer")
        if is_own and len(answer) < 2:
            raise InvalidInput("Say why you agree to the own file.", field="own")
        now = timezone.now()
        found.state = (ExportState.APPROVED if is_yes else ExportState.REFUSED).value
        found.answered_by, found.answered_at, found.answer = by, now, answer
        found.until = now + timedelta(days=get_rule().n_days) if is_yes else None
        found.address_sealed = found.address_sealed if is_yes else None
        found.save()
        yes = "export.agreed_alone" if is_own else "export.approved"
        _record(yes if is_yes else "export.refused", found, by=Actor.of(by), reason=answer)
        for listener in on_answered:
            listener(found)
    return found


def take_yes_back(request_id: int, *, by: Account) -> ExportRequest:
    """The request waits again; only whoever agreed takes it back, and only before the file was fetched."""
    with transaction.atomic():
        found = _hold(request_id)
        if found.state != ExportState.APPROVED or found.answered_by_id != by.pk:
            raise Conflict("The file was fetched, or somebody else agreed.", next_step="Look at the list.")
        found.state, found.answered_by, found.answered_at = ExportState.WAITING.value, None, None
        found.answer, found.until = "", None
        found.save()
        _record("export.taken_back", found, by=Actor.of(by))
    return found


def withdraw_request(request_id: int, *, by: Account) -> ExportRequest:
    """The asker needs the file no more."""
    with transaction.atomic():
        found = _hold(request_id)
        if found.account_id != by.pk:
            raise NotFound("There is no such request.", next_step="Look at your list.")
        if found.state not in (ExportState.WAITING, ExportState.APPROVED):
            raise Conflict("The request has ended already.", next_step="Look at the list.")
        found.state, found.address_sealed = ExportState.WITHDRAWN.value, None
        found.save()
        _record("export.withdrawn", found, by=Actor.of(by))
    return found


def fetch_once(
    request_id: int, *, address: str, n_rows: int | None, account: Account, file_number: str, at: datetime
) -> bool:
    """Whether this file may be fetched now; it is fetched from then on, and never again."""
    with transaction.atomic():
        found = ExportRequest.objects.select_for_update().filter(pk=request_id, account=account).first()
        if found is None or not can_fetch(found, address=address, n_rows=n_rows, at=at):
            return False
        found.state, found.taken_at = ExportState.TAKEN.value, at
        found.file_number, found.address_sealed = file_number, None
        found.save()
    return True


def can_fetch(found: ExportRequest, *, address: str, n_rows: int | None, at: datetime) -> bool:
    """Whether the yes holds for this file at this moment."""
    is_open = found.state == ExportState.APPROVED and found.until is not None and at < found.until
    is_small = n_rows is None or n_rows <= found.n_rows * GROWTH
    return is_open and is_small and open_address(found) == address


def forget_addresses(*, now: datetime) -> int:
    """How many requests that ran out keep no address any more."""
    over = Q(state=ExportState.APPROVED.value, until__lte=now)
    return ExportRequest.objects.filter(over, address_sealed__isnull=False).update(address_sealed=None)


def _hold(request_id: int) -> ExportRequest:
    found = ExportRequest.objects.select_for_update().filter(pk=request_id).first()
    if found is None:
        raise NotFound("There is no such request.", next_step="Look at your list.")
    return found


def _record(action: str, found: ExportRequest, *, by: Actor, reason: str = "") -> None:
    details = {"name": found.name, "rows": found.n_rows} | ({"reason": reason} if reason else {})
    record_event(action, by=by, target=("export", found.pk), details=details)


def _tidy(words: str) -> str:
    """At most 300 signs, private data in them covered."""
    kept = " ".join(words.replace("\0", "").split())[:MOST_WORDS]
    if not kept:
        return ""
    batch = fold_batch([kept])
    return mask(batch, find_private(batch, patterns=compile_patterns(settings.PRIVATE_PATTERNS)))[0]


def _say_free(n_free: int | None) -> str:
    return "" if n_free is None else str(n_free)
