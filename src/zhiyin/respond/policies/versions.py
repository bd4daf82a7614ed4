"""What changes policies: drafts, going live, going back; what is in force."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import Case, Policy, PolicyVersion
from zhiyin.respond.policies.aspects import is_about
from zhiyin.respond.policies.checking import find_faults
from zhiyin.respond.policies.deciding import table_of
from zhiyin.respond.policies.errors import (
    DraftInTheWay,
    NoTests,
    PolicyNotFound,
    TableHasFaults,
    VersionChanged,
    WrongAnswers,
)
from zhiyin.respond.policies.tables import Table, write_jdm
from zhiyin.respond.policies.testing import run_tests
from zhiyin.respond.services.changes import account_id_of

_MAX_HOURS = 240
_MAX_NAME = 80


def make_policy(
    *, name: str, unit_id: int | None, by: Actor, scope: Scope, code: str = "", aspects: str = ""
) -> Policy:
    """A policy without any table yet.

    Raises:
        InvalidInput: no name. NotFound: the unit lies outside the scope. VersionChanged: the code is taken.
    """
    _check_words(name, hours=1)
    if not scope.allows(unit_id):
        raise NotFound("There is no such org unit.", next_step="Choose one of your units.")
    try:
        with transaction.atomic():
            policy = Policy.objects.create(
                code=code or f"p{uuid4().hex[:10]}",
                name=name.strip(),
                unit_id=unit_id,
                aspects=aspects[:400],
                made_at=timezone.now(),
                made_by_id=account_id_of(by),
            )
            _tell("policy.made", policy, by=by)
    except IntegrityError:
        raise VersionChanged from None
    return policy


def change_policy(
    policy: Policy, *, name: str, aspects: str, approval_hours: int, is_on: bool, by: Actor
) -> None:
    """Change what is no part of the table. Raises `InvalidInput`."""
    _check_words(name, hours=approval_hours)
    policy.name, policy.aspects, policy.is_on = name.strip(), aspects.strip()[:400], is_on
    policy.approval_hours = approval_hours
    policy.save(update_fields=["name", "aspects", "approval_hours", "is_on"])
    _tell("policy.changed", policy, by=by)


def save_draft(
    policy: Policy, table: Table, *, by: Actor, note: str = "", revision: int | None = None
) -> PolicyVersion:
    """The table as the policy's draft; `revision` is that which the asker saw, 0 where there was none.

    Raises:
        TableHasFaults: it cannot decide. VersionChanged: somebody else saved the draft since.
    """
    if faults := find_faults(table):
        raise TableHasFaults(faults)
    try:
        with transaction.atomic():
            Policy.objects.select_for_update().get(pk=policy.pk)
            draft = find_draft(policy) or PolicyVersion(policy=policy, n=_next(policy), revision=0)
            if revision is not None and revision != draft.revision:
                raise VersionChanged
            draft.jdm = write_jdm(table, name=policy.name)
            draft.note, draft.revision = note.strip()[:200], draft.revision + 1
            draft.saved_at, draft.author_id = timezone.now(), account_id_of(by)
            draft.save()
            _tell("policy.saved", policy, by=by, version=draft.n)
    except IntegrityError:
        raise VersionChanged from None
    return draft


def drop_draft(policy: Policy, *, by: Actor) -> None:
    """Throw the draft away; none is no failure."""
    with transaction.atomic():
        if PolicyVersion.objects.filter(policy=policy, valid_from=None).delete()[0]:
            _tell("policy.draft_dropped", policy, by=by)


def go_live(
    policy: Policy, *, by: Actor, revision: int | None = None, from_: datetime | None = None
) -> PolicyVersion:
    """The draft is in force, now or from a time to come on; what was in force ends then.

    Raises:
        NotFound: there is no draft. NoTests, WrongAnswers: the test cases do not bear it out.
        VersionChanged: the draft is another than the asker saw. InvalidInput: the time has passed.
    """
    now = timezone.now()
    begins = from_ or now
    if begins < now:
        raise InvalidInput("The time has passed.", next_step="Choose a time to come.", field="from")
    with transaction.atomic():
        Policy.objects.select_for_update().get(pk=policy.pk)
        draft = find_draft(policy)
        if draft is None:
            raise NotFound("There is no draft.", next_step="Change the table first.")
        if revision is not None and revision != draft.revision:
            raise VersionChanged
        _check_tests(policy, draft.jdm)
        _release(draft, begins=begins, by=by)
        _tell("policy.live", policy, by=by, version=draft.n)
    return draft


def go_back(policy: Policy, *, n: int, by: Actor) -> PolicyVersion:
    """The table of an earlier version as a new one, in force at once; a draft stays as it is.

    Raises:
        NotFound: no such version was ever in force. NoTests, WrongAnswers: as for going live.
    """
    with transaction.atomic():
        Policy.objects.select_for_update().get(pk=policy.pk)
        earlier = PolicyVersion.objects.filter(policy=policy, n=n, valid_from__isnull=False).first()
        if earlier is None:
            raise NotFound("There is no such version.", next_step="Choose one from the list.")
        _check_tests(policy, earlier.jdm)
        fresh = PolicyVersion(policy=policy, n=_next(policy), jdm=earlier.jdm, saved_at=timezone.now())
        fresh.note, fresh.author_id = f"= {earlier.n}", account_id_of(by)
        _release(fresh, begins=timezone.now(), by=by)
        _tell("policy.back", policy, by=by, version=fresh.n)
    return fresh


def call_off(policy: Policy, *, n: int, by: Actor) -> PolicyVersion:
    """A version that was to come does not begin: it is the draft again, and what holds now goes on.

    Raises:
        NotFound: no such version is to come. DraftInTheWay: there is another draft.
    """
    now = timezone.now()
    with transaction.atomic():
        Policy.objects.select_for_update().get(pk=policy.pk)
        of_policy = PolicyVersion.objects.filter(policy=policy)
        planned = of_policy.filter(n=n, valid_from__gt=now, valid_to=None).first()
        if planned is None:
            raise NotFound("No such version is to come.", next_step="Choose one from the list.")
        if find_draft(policy) is not None:
            raise DraftInTheWay
        # What would have ended then goes on; what never began stays as it is.
        ended = of_policy.filter(valid_to=planned.valid_from, valid_from__lt=planned.valid_from)
        ended.update(valid_to=None)
        planned.valid_from, planned.revision = None, planned.revision + 1
        planned.save(update_fields=["valid_from", "revision"])
        _tell("policy.called_off", policy, by=by, version=planned.n)
    return planned


def get_policy(code: str, *, scope: Scope) -> Policy:
    """The policy of that code. Raises `PolicyNotFound` where there is none that the scope allows."""
    policy = Policy.objects.filter(code=code).select_related("unit").first()
    if policy is None or not scope.allows(policy.unit_id):
        raise PolicyNotFound
    return policy


def find_draft(policy: Policy) -> PolicyVersion | None:
    """The draft, if there is one."""
    return PolicyVersion.objects.filter(policy=policy, valid_from=None).first()


def find_live(policy: Policy, *, now: datetime | None = None) -> PolicyVersion | None:
    """The version in force at a time, now where None."""
    return _in_force(now or timezone.now()).filter(policy=policy).order_by("-n").first()


def list_for_case(case: Case) -> list[PolicyVersion]:
    """The versions in force for the case's unit, those first that its aspect suggests. One query."""
    way = [int(step) for step in case.unit.path.split("/") if step]
    here = Q(policy__unit=None) | Q(policy__unit_id__in=way)
    found = _in_force(timezone.now()).filter(here, policy__is_on=True).select_related("policy")
    return sorted(found, key=lambda one: (not suggests(one.policy, case), one.policy.name, one.pk))


def suggests(policy: Policy, case: Case) -> bool:
    """Whether the policy is meant for what the case is about: its aspect, or one above it."""
    return is_about(policy.aspects, aspect=case.aspect)


def _in_force(now: datetime) -> QuerySet[PolicyVersion]:
    return PolicyVersion.objects.filter(Q(valid_to=None) | Q(valid_to__gt=now), valid_from__lte=now)


def _release(version: PolicyVersion, *, begins: datetime, by: Actor) -> None:
    before = PolicyVersion.objects.filter(policy_id=version.policy_id, valid_from__isnull=False)
    # What was planned for later than this never begins; what is in force ends.
    before.filter(Q(valid_to=None) | Q(valid_to__gt=begins), valid_from__lte=begins).update(valid_to=begins)
    for planned in before.filter(valid_from__gt=begins):
        planned.valid_to = planned.valid_from
        planned.save(update_fields=["valid_to"])
    version.valid_from, version.author_id = begins, account_id_of(by)
    version.save()


def _check_tests(policy: Policy, jdm: str) -> None:
    if faults := find_faults(table_of(jdm)):
        raise TableHasFaults(faults)
    results = run_tests(policy, jdm)
    if not results:
        raise NoTests
    if failing := [one.test.name for one in results if not one.is_right]:
        raise WrongAnswers(failing)


def _next(policy: Policy) -> int:
    last = PolicyVersion.objects.filter(policy=policy).order_by("-n").values_list("n", flat=True).first()
    return (last or 0) + 1


def _check_words(name: str, *, hours: int) -> None:
    if not name.strip() or len(name.strip()) > _MAX_NAME:
        raise InvalidInput("A policy needs a name.", next_step="Give it a short one.", field="name")
    if not 1 <= hours <= _MAX_HOURS:
        raise InvalidInput(
            f"The time to agree is 1 to {_MAX_HOURS} hours.", next_step="Change it.", field="approval_hours"
        )


def _tell(action: str, policy: Policy, *, by: Actor, version: int | None = None) -> None:
    details = {"version": version} if version is not None else {}
    record_event(action, by=by, target=("policy", policy.name), details=details)
