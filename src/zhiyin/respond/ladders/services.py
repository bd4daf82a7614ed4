"""What changes ladders: a rung is added, removed, and put back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.ladders.kinds import Deed, Whom
from zhiyin.respond.models import LadderRung
from zhiyin.respond.services.changes import account_id_of

MOST_MINUTES = 60 * 24 * 60
_MOST_RUNGS = 20
_UNDO = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RungWords:
    """What a rung says; see `LadderRung`."""

    minutes: int
    whom: Whom
    deed: Deed
    kind: ClockKind | None = None
    unit_id: int | None = None
    in_hours: bool = False
    destination: int | None = None


# The owner is warned, then who stands above knows; then the case climbs, while people are at work.
USUAL = (
    RungWords(minutes=-30, whom=Whom.OWNER, deed=Deed.TELL),
    RungWords(minutes=0, whom=Whom.ABOVE, deed=Deed.TELL),
    RungWords(minutes=60, whom=Whom.ABOVE, deed=Deed.HAND_OVER, in_hours=True),
    RungWords(minutes=480, whom=Whom.ABOVE, deed=Deed.HAND_OVER, in_hours=True),
    RungWords(minutes=0, whom=Whom.ABOVE, deed=Deed.HAND_OVER, kind=ClockKind.CALL_BACK),
    RungWords(minutes=120, whom=Whom.ABOVE, deed=Deed.TELL, kind=ClockKind.CALL_BACK, in_hours=True),
)


def add_rung(words: RungWords, *, by: Actor, scope: Scope) -> LadderRung:
    """One more rung; it holds for clocks that come to it from now on.

    Raises:
        InvalidInput: it cannot be, stands there already, or there are too many. NotFound: not a unit of
        the scope.
    """
    _check(words, scope=scope)
    code = words.kind.value if words.kind else ""
    there = LadderRung.objects.filter(removed_at=None, unit_id=words.unit_id, kind=code)
    if there.count() >= _MOST_RUNGS:
        raise InvalidInput(f"A ladder has {_MOST_RUNGS} rungs at most.", field="many")
    if there.filter(minutes=words.minutes, whom=words.whom.value, deed=words.deed.value).exists():
        raise InvalidInput("This rung stands on the ladder already.", field="same")
    fields = {**asdict(words), "kind": code, "whom": words.whom.value, "deed": words.deed.value}
    now = timezone.now()
    try:
        with transaction.atomic():
            rung = LadderRung.objects.create(**fields, made_at=now, made_by_id=account_id_of(by))
            _tell("ladder.added", rung, by=by)
    except IntegrityError:
        raise InvalidInput("This rung stands on the ladder already.", field="same") from None
    return rung


def add_usual(*, by: Actor, scope: Scope) -> int:
    """How many of the usual rungs were new: the company's ladders, where it has none of that kind."""
    if not scope.allows(None):
        raise NotFound("There is no such unit.", next_step="Choose one of yours.")
    has = set(LadderRung.objects.filter(removed_at=None, unit=None).values_list("kind", flat=True))
    fresh = [one for one in USUAL if (one.kind.value if one.kind else "") not in has]
    for one in fresh:
        add_rung(one, by=by, scope=scope)
    return len(fresh)


def remove_rung(rung_id: int, *, by: Actor, scope: Scope) -> LadderRung:
    """Nothing happens by it any more; what it did stays. Raises `NotFound`."""
    rung = get_rung(rung_id, scope=scope)
    with transaction.atomic():
        if LadderRung.objects.filter(pk=rung.pk, removed_at=None).update(removed_at=timezone.now()):
            _tell("ladder.removed", rung, by=by)
    return rung


def restore_rung(rung_id: int, *, by: Actor, scope: Scope) -> LadderRung:
    """The rung as it was, within an hour. Raises `NotFound`; `Conflict` where it is too late."""
    rung = get_rung(rung_id, scope=scope)
    try:
        with transaction.atomic():
            fresh = LadderRung.objects.filter(pk=rung.pk, removed_at__gt=timezone.now() - _UNDO)
            if not fresh.update(removed_at=None):
                raise Conflict("This rung cannot be put back.", next_step="Add it again.")
            _tell("ladder.restored", rung, by=by)
    except IntegrityError:
        raise Conflict("This rung stands on the ladder already.", next_step="Look at it.") from None
    return rung


def get_rung(rung_id: int, *, scope: Scope) -> LadderRung:
    """The rung, removed or not. Raises `NotFound` where there is none that the scope allows."""
    rung = LadderRung.objects.filter(pk=rung_id).select_related("unit").first()
    if rung is None or not scope.allows(rung.unit_id):
        raise NotFound("There is no such rung.", next_step="Choose one from the list.")
    return rung


def _check(words: RungWords, *, scope: Scope) -> None:
    if abs(words.minutes) > MOST_MINUTES:
        raise InvalidInput("Choose 60 days at most.", field="minutes")
    if words.whom is Whom.OWNER and words.deed is Deed.HAND_OVER:
        raise InvalidInput("The owner has the case already.", field="whom")
    if not scope.allows(words.unit_id):
        raise NotFound("There is no such unit.", next_step="Choose one of yours.")


def _tell(action: str, rung: LadderRung, *, by: Actor) -> None:
    details = {"minutes": rung.minutes, "whom": rung.whom, "deed": rung.deed, "kind": rung.kind}
    target = ("ladder", rung.unit.code if rung.unit else "company")
    record_event(action, by=by, target=target, details=details)
