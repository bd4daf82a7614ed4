"""Lists of customers to invite, some held out by chance, so that the effect can be told."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from zhiyin.customers.models import Identity, InvitationList, Invited
from zhiyin.customers.rights.consent import may_contact_many
from zhiyin.customers.rollup import connect_rollup
from zhiyin.customers.silence.fitting import find_fit
from zhiyin.customers.silence.queries import KINDS, SilentCustomer, list_silent
from zhiyin.customers.silence.table import connect_silence
from zhiyin.engine import Engine
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.measure.comparison import Change, changes
from zhiyin.measure.estimate import Estimate
from zhiyin.measure.proportions import proportion
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event

MOST_CUSTOMERS = 20_000
_CHUNK = 500
_MOST_SEEDS = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class NewList:
    """What is wanted: the kind from `least` intervals on, `n_most` customers before some are held out."""

    name: str
    kind: str
    least: float
    n_most: int
    held_out_share: float
    purpose: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Who dealt with the company again since the draw: the invited, those held out, and the difference."""

    days: int
    invited: Estimate
    held_out: Estimate
    change: Change


def make_list(
    wanted: NewList, *, engine: Engine, scope: Scope, account: Account | None, by: Actor
) -> InvitationList:
    """Draw the list and keep it. Whom we may not contact is in neither group, so that both stay alike.

    Raises:
        InvalidInput: a figure is out of range, or nobody is left.
    """
    _check(wanted)
    found = _find(wanted, engine=engine, scope=scope)
    permits = may_contact_many(
        [one.customer for one in found], purpose=wanted.purpose, channel=wanted.channel
    )
    allowed = [one for one in found if permits[one.customer].allowed or permits[one.customer].is_for_now]
    if not allowed:
        raise InvalidInput(
            "None of these customers may be contacted for this purpose on this channel.",
            next_step="Choose another purpose or channel, or ask for consent first.",
            field="purpose",
        )
    seed = secrets.randbelow(_MOST_SEEDS)
    held_out = draw_held_out([one.customer for one in allowed], share=wanted.held_out_share, seed=seed)
    with transaction.atomic():
        made = InvitationList.objects.create(
            name=" ".join(wanted.name.split()),
            kind=wanted.kind,
            least=wanted.least,
            purpose=wanted.purpose,
            channel=wanted.channel,
            held_out_share=wanted.held_out_share,
            seed=seed,
            unit_ids=None if scope.unit_ids is None else sorted(scope.unit_ids),
            n_not_allowed=len(found) - len(allowed),
            made_at=timezone.now(),
            made_by=account,
        )
        Invited.objects.bulk_create(
            [
                Invited(
                    of_list=made,
                    customer=one.customer,
                    is_held_out=one.customer in held_out,
                    overdue=one.overdue,
                    risk=one.risk,
                )
                for one in allowed
            ],
            batch_size=_CHUNK,
        )
        details = {"customers": len(allowed), "held_out": len(held_out)}
        record_event("invitations.made", by=by, target=("invitation_list", made.pk), details=details)
    return made


def draw_held_out(customers: Sequence[UUID], *, share: float, seed: int) -> frozenset[UUID]:
    """Who is left in peace: the same customers, share and seed always give the same answer."""
    ordered = sorted(set(customers))
    n = round(len(ordered) * share)
    places = np.random.default_rng(seed).permutation(len(ordered))[:n]
    return frozenset(ordered[place] for place in places)


def list_lists(*, scope: Scope) -> list[InvitationList]:
    """The lists within the scope, the newest first."""
    return [one for one in InvitationList.objects.order_by("-made_at", "-pk") if _is_within(one, scope)]


def get_list(list_id: int, *, scope: Scope) -> InvitationList:
    """The list.

    Raises:
        NotFound: there is none, or it reaches beyond the scope.
    """
    found = InvitationList.objects.filter(pk=list_id).first()
    if found is None or not _is_within(found, scope):
        raise NotFound("There is no such invitation list.")
    return found


def measure_effect(of: InvitationList, *, engine: Engine, now: datetime | None = None) -> Effect:
    """How many dealt with the company again since the draw, within the units of the list."""
    moment = now or timezone.now()
    units = None if of.unit_ids is None else frozenset(int(one) for one in of.unit_ids)
    came = _who_came(engine, scope=Scope(unit_ids=units), since=of.made_at, now=moment)
    members = list(of.members.values_list("customer", "is_held_out"))
    current = _current_ids(customer for customer, _is_held_out in members)
    n = {True: 0, False: 0}
    n_came = {True: 0, False: 0}
    for customer, is_held_out in members:
        n[is_held_out] += 1
        n_came[is_held_out] += current.get(customer, customer) in came
    invited, held_out = (proportion(n_came[which], n[which]) for which in (False, True))
    return Effect(
        days=(moment - of.made_at).days,
        invited=invited.one(),
        held_out=held_out.one(),
        change=changes(invited, held_out)[0],
    )


def list_invited(of: InvitationList) -> list[tuple[Invited, bool]]:
    """Those to invite, the most overdue first, and whether they may be contacted now: asked anew."""
    members = list(of.members.filter(is_held_out=False).order_by("-overdue", "pk"))
    current = _current_ids(one.customer for one in members)
    permits = may_contact_many(
        [current.get(one.customer, one.customer) for one in members],
        purpose=of.purpose,
        channel=of.channel,
        counted_at=of.made_at,
    )
    return [
        (one, permits[current.get(one.customer, one.customer)].allowed)
        for one in members
    ]  # fmt: skip


def count_invitations(
    customers: Sequence[UUID], after: datetime, until: datetime
) -> Iterable[tuple[UUID, int]]:
    """How often each was put on a list and not held out. One query."""
    rows = Invited.objects.filter(
        customer__in=customers, is_held_out=False, of_list__made_at__gt=after, of_list__made_at__lte=until
    )
    return rows.values("customer").annotate(n=Count("pk")).values_list("customer", "n")


def delete_list(of: InvitationList, *, by: Actor) -> None:
    """Remove the list and its members; the trail keeps that it was there."""
    with transaction.atomic():
        record_event("invitations.deleted", by=by, target=("invitation_list", of.pk))
        of.delete()


def _check(wanted: NewList) -> None:
    if not " ".join(wanted.name.split()) or len(wanted.name) > 80:
        raise InvalidInput("The list needs a name of at most 80 characters.", field="name")
    if wanted.kind not in KINDS:
        raise InvalidInput("There is no such kind of silence.", field="kind")
    if not 0 < wanted.least <= 100:
        raise InvalidInput("Overdue must lie between 0 and 100 intervals.", field="least")
    if not 1 <= wanted.n_most <= MOST_CUSTOMERS:
        raise InvalidInput(f"A list holds 1 to {MOST_CUSTOMERS} customers.", field="n_most")
    if not 0 <= wanted.held_out_share <= 0.5:
        raise InvalidInput("At most half of the customers can be held out.", field="held_out_share")


def _find(wanted: NewList, *, engine: Engine, scope: Scope) -> list[SilentCustomer]:
    fit = find_fit()
    if fit is None:
        raise InvalidInput("The rhythm of the customers is not known yet.", next_step="Wait until it is.")
    kind = next(one for one in KINDS if one == wanted.kind)
    with connect_silence(engine, scope=scope, fit=fit) as connection:
        return list_silent(connection, kind=kind, least=wanted.least, sort="risk", limit=wanted.n_most)


def _is_within(one: InvitationList, scope: Scope) -> bool:
    if scope.unit_ids is None:
        return True
    return one.unit_ids is not None and scope.unit_ids.issuperset(int(unit) for unit in one.unit_ids)


def _who_came(engine: Engine, *, scope: Scope, since: datetime, now: datetime) -> set[UUID]:
    parts = " UNION ".join(
        f"SELECT number FROM fact_{name}"  # noqa: S608 - own names
        " WHERE occurred_at > $since AND occurred_at <= $now"
        for name in ("purchases", "voices", "contacts")
    )
    with connect_rollup(engine, scope=scope, now=now) as connection:
        rows = connection.execute(
            f"SELECT customer FROM customers WHERE number IN ({parts})",  # noqa: S608 - own names
            {"since": since, "now": now},
        ).fetchall()
    return {UUID(str(customer)) for (customer,) in rows}


def _current_ids(customers: Iterable[UUID]) -> dict[UUID, UUID]:
    """Of customers that were merged into another since, which one."""
    wanted = list(dict.fromkeys(customers))
    found: dict[UUID, UUID] = {}
    for start in range(0, len(wanted), _CHUNK):
        part = Identity.objects.filter(born__in=wanted[start : start + _CHUNK])
        found.update(part.values_list("born", "customer"))
    return found
