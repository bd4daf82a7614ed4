"""The first owner of an installation finds a few of the sample's open cases in their own hands, to try."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import transaction

from zhiyin.errors import ZhiyinError
from zhiyin.listen.services.sample_state import has_sample
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.queries import find_account
from zhiyin.respond.models import Case
from zhiyin.respond.sample.scene import CaseTruth
from zhiyin.respond.sample.staff import HEAD, list_staff
from zhiyin.respond.sample.words import said
from zhiyin.respond.services.handing import transfer_case
from zhiyin.respond.statuses import ENDED

TRUTH_FILE = "cases.jsonl"
# Something of everything that can be tried, and no more than fits on a screen.
_WANTED: Mapping[str, int] = {
    "due_soon": 2,
    "untouched": 2,
    "call_is_due": 1,
    "visit_is_planned": 1,
    "under_way": 1,
    "waiting": 1,
}


def welcome(account: Account) -> int:
    """How many cases the head of the desk hands to the account, as people hand cases on; the truth of these
    counts the step. None where there is no sample.
    """
    head = find_account(HEAD)
    if head is None or not has_sample():
        return 0
    truths = read_truths()
    given = {case.number for case in _choose(truths) if _hand_on(case, to=account, by=Actor.of(head))}
    for truth in truths:
        truth.n_transfers += truth.number in given
    if given:
        write_truths(truths)
    return len(given)


def read_truths() -> list[CaseTruth]:
    """What is true of every case of the sample; nothing where none was told."""
    path = _path()
    if not path.exists():
        return []
    return [msgspec.json.decode(line, type=CaseTruth) for line in path.read_bytes().splitlines()]


def write_truths(truths: Sequence[CaseTruth]) -> None:
    """Keep these instead of what was kept; readable by the owner of the file alone."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.Encoder().encode_lines(truths))


def _choose(truths: Sequence[CaseTruth]) -> Iterator[Case]:
    """Open cases of the sample's staff, of each wanted story the newest."""
    staff = [one.pk for one in list_staff()]
    ended = sorted(status.value for status in ENDED)
    for story, n_wanted in _WANTED.items():
        numbers = [truth.number for truth in truths if truth.story == story]
        found = Case.objects.filter(number__in=numbers, owner__in=staff).exclude(status__in=ended)
        yield from found.select_related("unit", "owner").order_by("-opened_at", "-pk")[:n_wanted]


def _hand_on(case: Case, *, to: Account, by: Actor) -> bool:
    try:
        with transaction.atomic():
            transfer_case(case, to=to, summary=said("summary_for_first_owner"), by=by)
    except ZhiyinError:
        return False  # somebody took a step meanwhile; there are others
    return True


def _path() -> Path:
    path: Path = settings.HOME.files / "sample" / TRUTH_FILE
    return path
