"""Asks people to agree with a decision, in turn or at once, and passes on what nobody answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.models import Account, OrgUnit, RoleGrant
from zhiyin.people.roles import Role
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import Approval, Case, Compensation, Decision, Deputy, Step
from zhiyin.respond.notices.kinds import NoticeKind
from zhiyin.respond.policies.errors import AnsweredAlready, AskedAlready, NobodyToAgree
from zhiyin.respond.policies.granting import OPEN, check_grantable, check_not_given, find_limit, give
from zhiyin.respond.policies.kinds import Answer, ApprovalState, Because
from zhiyin.respond.policies.steps import read_steps
from zhiyin.respond.policies.telling import tell_asked, tell_asker, tell_deputy
from zhiyin.respond.policies.words import say_gift
from zhiyin.respond.queries.owners import find_above, may_own
from zhiyin.respond.services.changes import changing, clean_text, write_note

_ASKED = (ApprovalState.OPEN.value, ApprovalState.WAITING.value)


def ask_approval(decision: Decision, *, by: Account, customer: UUID | None) -> list[Approval]:
    """Those who have to agree are asked; whoever asks is never among them.

    Raises:
        NotToGrant, GivenAlready: it would give nothing, or what is there. AskedAlready. NobodyToAgree:
        nobody but the asker could. StepImpossible: the case is over.
    """
    with changing(decision.case, step=Step.NOTED, by=Actor.of(by), is_addition=True, among=OPEN) as change:
        fresh = Decision.objects.select_related("version__policy", "case__unit").get(pk=decision.pk)
        if fresh.approvals.exists():
            raise AskedAlready
        check_grantable(fresh)
        check_not_given(fresh)
        approvals = _make(fresh, by=by, because=_because(fresh, by=by, customer=customer))
        _open_step(approvals, hours=fresh.version.policy.approval_hours, at=change.at)
        Approval.objects.bulk_create(approvals)
        tell_asked(approvals, at=change.at, by=Actor.of(by))
        names = _("; ").join(str(one.approver) for one in approvals)
        said = _("Asked to agree to “%(gift)s”: %(names)s")
        write_note(change, said % {"gift": say_gift(fresh), "names": names}, by=Actor.of(by))
    return approvals


def agree(approval: Approval, *, by: Account, customer: UUID | None) -> Compensation | None:
    """The account agrees; when everybody has, the customer is given it at once, and that is returned.

    Raises:
        NotFound: somebody else is asked. AnsweredAlready. GivenAlready, NotToGrant, StepImpossible: it
        cannot be given any more; then nothing is answered.
    """
    try:
        return _agree(approval, by=by, customer=customer)
    except IntegrityError:  # another case gave it for the same order this very moment
        check_not_given(approval.decision)
        raise


def _agree(approval: Approval, *, by: Account, customer: UUID | None) -> Compensation | None:
    actor = Actor.of(by)
    with transaction.atomic():
        with changing(
            approval.decision.case, step=Step.DECIDED, by=actor, is_addition=True, among=OPEN
        ) as change:
            fresh = _answer(approval, by=by, state=ApprovalState.APPROVED, at=change.at, comment="")
            said = _("Agreed to “%(gift)s”") % {"gift": say_gift(fresh.decision)}
            write_note(change, said, by=actor)
            left = _go_on(fresh.decision, at=change.at, by=actor)
        if left:
            return None
        with changing(
            approval.decision.case, step=Step.GRANTED, by=actor, is_addition=True, among=OPEN
        ) as granting:
            check_grantable(fresh.decision)
            check_not_given(fresh.decision)
            given = give(granting, fresh.decision, by=actor, customer=customer)
            tell_asker(fresh.decision, kind=NoticeKind.APPROVAL_GIVEN, at=granting.at, by=actor)
            return given


def refuse(approval: Approval, *, comment: str, by: Account) -> None:
    """The account does not agree, and says what can be done instead; nobody else is asked any more.

    Raises:
        InvalidInput: no alternative. NotFound: somebody else is asked. AnsweredAlready.
    """
    clean = clean_text(comment, field="comment", missing="Say what can be done instead.")
    actor = Actor.of(by)
    with changing(approval.decision.case, step=Step.DECIDED, by=actor, is_addition=True) as change:
        fresh = _answer(approval, by=by, state=ApprovalState.REFUSED, at=change.at, comment=clean)
        others = Approval.objects.filter(decision=fresh.decision, state__in=_ASKED)
        others.update(state=ApprovalState.ENDED.value)
        said = _("Did not agree to “%(gift)s”. Instead: %(words)s")
        write_note(change, said % {"gift": say_gift(fresh.decision), "words": clean}, by=actor)
        tell_asker(fresh.decision, kind=NoticeKind.APPROVAL_REFUSED, at=change.at, by=actor)


def pass_on_late(*, now: datetime) -> int:
    """How many approvals that nobody answered in time were passed on to whoever stands above."""
    late = Approval.objects.filter(state=ApprovalState.OPEN, due_at__lte=now)
    return sum(
        _pass_on(one, now=now) for one in late.select_related("decision__case").order_by("due_at")[:200]
    )


def set_deputy(account: Account, *, deputy: Account | None, until: date | None) -> None:
    """Who agrees in the account's place until the end of a day, also to what is open; None: nobody.

    Raises:
        InvalidInput: it is the account itself, is not active, or the day has passed.
    """
    actor = Actor.of(account)
    with transaction.atomic():
        if deputy is None:
            Deputy.objects.filter(account=account).delete()
        elif until is None or until < timezone.localdate() or deputy == account or not deputy.is_active:
            raise InvalidInput(
                "A deputy is a colleague, until a day to come.", next_step="Choose again.", field="deputy"
            )
        else:
            Deputy.objects.update_or_create(account=account, defaults={"deputy": deputy, "until": until})
        mine = Approval.objects.filter(approver=account, state__in=_ASKED)
        mine.update(deputy=deputy)
        if deputy is not None:
            tell_deputy(deputy, account=account)
        record_event("deputy.set", by=actor, target=("account", account.username))


def list_asked(account: Account) -> list[Approval]:
    """What waits for this account, its own and that of those it stands in for, the most urgent first.

    The decisions come with all their approvals, in turn. Three queries.
    """
    away = Deputy.objects.filter(deputy=account, until__gte=timezone.localdate()).values("account")
    mine = Approval.objects.filter(Q(approver=account) | Q(deputy=account, approver__in=away))
    rows = mine.filter(state=ApprovalState.OPEN).select_related(
        "approver", "decision__by", "decision__case__unit", "decision__version__policy"
    )
    others = Approval.objects.select_related("approver", "decided_by").order_by("step", "pk")
    rows = rows.prefetch_related(Prefetch("decision__approvals", queryset=others), "decision__compensations")
    return list(rows.order_by("due_at", "pk")[:200])


def is_asked(approval: Approval, *, account: Account) -> bool:
    """Whether the account may answer it: itself, or as the deputy of today."""
    if account.pk == approval.approver_id:
        return True
    stands_in = Deputy.objects.filter(
        account_id=approval.approver_id, deputy=account, until__gte=timezone.localdate()
    )
    return account.pk == approval.deputy_id and stands_in.exists()


def _because(decision: Decision, *, by: Account, customer: UUID | None) -> Because:
    if decision.answer in (Answer.NEEDS_APPROVAL, Answer.UNKNOWN):
        return Because.POLICY
    exceeded = find_limit(decision, by=Actor.of(by), customer=customer)
    return exceeded.because if exceeded else Because.POLICY


def _make(decision: Decision, *, by: Account, because: Because) -> list[Approval]:
    wanted = read_steps(decision.approvers) or [["above"]]
    approvals: list[Approval] = []
    last = by
    for n, step in enumerate(wanted, 1):
        for name in step:
            approver = _find(name, last=last, unit=decision.case.unit)
            if approver is None:
                # At the top of the way there is nobody above: who agreed last was the highest.
                if name == "above" and approvals:
                    continue
                raise NobodyToAgree
            if approver == by or any(approver == one.approver for one in approvals):
                continue
            approvals.append(Approval(decision=decision, step=n, because=because.value, approver=approver))
        last = approvals[-1].approver if approvals else last
    if not approvals:
        raise NobodyToAgree
    _add_deputies(approvals)
    return approvals


def _find(name: str, *, last: Account, unit: OrgUnit) -> Account | None:
    if name == "above":
        return find_above(last, unit=unit)
    if name == "owner":
        owners = RoleGrant.objects.filter(role=Role.OWNER, account__is_active=True).order_by("pk")
        first = owners.select_related("account").first()
        return first.account if first else None
    account = Account.objects.filter(username=name[1:]).first()
    return account if account is not None and may_own(account, unit=unit) else None


def _add_deputies(approvals: Iterable[Approval]) -> None:
    rows = {
        one.account_id: one.deputy_id
        for one in Deputy.objects.filter(until__gte=timezone.localdate(), deputy__is_active=True)
    }
    for one in approvals:
        one.deputy_id = rows.get(one.approver_id)


def _open_step(approvals: Sequence[Approval], *, hours: int, at: datetime) -> None:
    """The first step is asked; the others wait."""
    first = min(one.step for one in approvals)
    for one in approvals:
        is_first = one.step == first
        one.state = (ApprovalState.OPEN if is_first else ApprovalState.WAITING).value
        if is_first:
            one.asked_at, one.due_at = at, at + timedelta(hours=hours)


def _answer(approval: Approval, *, by: Account, state: ApprovalState, at: datetime, comment: str) -> Approval:
    """The approval answered; the case is locked, so that of two answers the first counts."""
    related = Approval.objects.select_related("decision__version__policy", "decision__case__unit")
    fresh = related.get(pk=approval.pk)
    if not is_asked(fresh, account=by):
        raise NotFound("There is no such approval.", next_step="Look at what is still open.")
    if fresh.state != ApprovalState.OPEN:
        raise AnsweredAlready
    fresh.state, fresh.comment, fresh.decided_at, fresh.decided_by = state.value, comment, at, by
    fresh.save(update_fields=["state", "comment", "decided_at", "decided_by"])
    return fresh


def _go_on(decision: Decision, *, at: datetime, by: Actor) -> bool:
    """Asks the next step where this one has agreed; whether anybody is left to agree."""
    rows = Approval.objects.filter(decision=decision, state__in=_ASKED).order_by("step", "pk")
    left = list(rows.select_related("approver", "deputy", "decision__case"))
    if left and not any(one.state == ApprovalState.OPEN for one in left):
        _open_step(left, hours=decision.version.policy.approval_hours, at=at)
        Approval.objects.bulk_update(left, ["state", "asked_at", "due_at"])
        tell_asked(left, at=at, by=by)
    return bool(left)


def _pass_on(approval: Approval, *, now: datetime) -> bool:
    """Passed on by this round, unless it was answered, or passed on by another, in the meantime."""
    case = approval.decision.case
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        related = Approval.objects.select_related(
            "approver", "decision__version__policy", "decision__case__unit"
        )
        fresh = related.get(pk=approval.pk)
        if fresh.state != ApprovalState.OPEN or fresh.due_at is None or fresh.due_at > now:
            return False
        above = find_above(fresh.approver, unit=fresh.decision.case.unit)
        names = {"old": str(fresh.approver), "new": str(above or fresh.approver)}
        fresh.due_at = now + timedelta(hours=fresh.decision.version.policy.approval_hours)
        if above is not None:
            fresh.approver, fresh.n_passed_on = above, fresh.n_passed_on + 1
            _add_deputies([fresh])
        fresh.save(update_fields=["approver", "deputy", "due_at", "n_passed_on"])
        tell_asked([fresh], at=now, by=SYSTEM)
        said = _("%(old)s has not answered in time; %(new)s is asked now.")
        if above is None:
            said = _("%(old)s has not answered in time, and nobody stands above; asked again.")
        with changing(case, step=Step.NOTED, by=SYSTEM, is_addition=True) as change:
            write_note(change, said % names, by=SYSTEM)
    return True
