"""Puts a model into use on a person's word, and goes back; running processes follow with their next batch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from zhiyin.errors import Conflict, NotFound
from zhiyin.listen.models import TrainedModel
from zhiyin.listen.services.learning.in_use import file_of, folder
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.models import Account, AuditEvent
from zhiyin.people.services.audit import record_event
from zhiyin.understand.adapted_files import open_model
from zhiyin.understand.polarity import load_polarity

SHIPPED = "shipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """When another model was last put into use, and by whom: a name, empty for the command line."""

    at: datetime
    by: str


def find_last_switch() -> Switch | None:
    """The last time that somebody put another model into use, or went back to one."""
    event = AuditEvent.objects.filter(action="model.used").order_by("-sequence").first()
    if event is None:
        return None
    account = None
    if event.actor_kind == "account":
        account = Account.objects.filter(pk=int(event.actor_id)).first()
    return Switch(at=event.at, by=str(account) if account else "")


def list_models() -> list[TrainedModel]:
    """Every adapted model, the latest first."""
    return list(TrainedModel.objects.select_related("made_by", "used_by"))


def use_model(version: str, *, by: Actor = SYSTEM) -> str:
    """Understand arriving voices by this model from now on; `shipped` is the shipped one. Its version.

    Stored voices keep what they were read by until they are re-tagged.

    Raises:
        NotFound: there is no such model. Conflict: it is in use. InvalidInput: its file is damaged, or it
        builds upon another model than the shipped one.
    """
    shipped = load_polarity().version
    wanted = None if version in {SHIPPED, shipped} else _get(version)
    if wanted is not None:
        open_model(file_of(wanted))
    with transaction.atomic():
        old = TrainedModel.objects.select_for_update().filter(state=TrainedModel.State.IN_USE).first()
        if (old.pk if old else None) == (wanted.pk if wanted else None):
            raise Conflict("This model is in use already.")
        if old is not None:
            old.state = TrainedModel.State.PAST
            old.save(update_fields=["state"])
        if wanted is not None:
            _put_into_use(wanted, replaced=old, by=by)
        named = wanted.version if wanted else shipped
        record_event(
            "model.used",
            by=by,
            target=("model", named),
            details={"before": old.version if old else shipped},
        )
    return named


def back(*, by: Actor = SYSTEM) -> str:
    """Back to what was in use before; returns its version.

    Raises:
        Conflict: the shipped model is in use. InvalidInput: the earlier one cannot be used any more.
    """
    now = TrainedModel.objects.filter(state=TrainedModel.State.IN_USE).first()
    if now is None:
        raise Conflict("The shipped model is in use: there is nothing to go back to.")
    earlier = TrainedModel.objects.filter(version=now.replaced).first() if now.replaced else None
    if earlier is None:
        return use_model(SHIPPED, by=by)
    # Further back leads to what was before that one, not to the one that is left now.
    kept = earlier.replaced
    version = use_model(earlier.version, by=by)
    TrainedModel.objects.filter(pk=earlier.pk).update(replaced=kept)
    return version


def discard_candidate(*, by: Actor = SYSTEM) -> None:
    """Drops the candidate and its file; nothing where there is none."""
    with transaction.atomic():
        row = TrainedModel.objects.filter(state=TrainedModel.State.CANDIDATE).first()
        if row is None:
            return
        record_event("model.discarded", by=by, target=("model", row.version))
        drop(row)


def drop(row: TrainedModel) -> None:
    """Forget a model with its file, once the transaction holds."""
    path = folder() / row.file_name
    row.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def account_of(by: Actor) -> Account | None:
    """The account that acts, if it is one."""
    return Account.objects.filter(pk=int(by.id)).first() if by.kind == "account" else None


def _get(version: str) -> TrainedModel:
    row = TrainedModel.objects.filter(version=version).first()
    if row is None:
        raise NotFound("There is no such model.", next_step="`zhiyin models list` shows those there are.")
    return row


def _put_into_use(row: TrainedModel, *, replaced: TrainedModel | None, by: Actor) -> None:
    row.state = TrainedModel.State.IN_USE
    row.replaced = replaced.version if replaced else ""
    row.used_at, row.used_by = timezone.now(), account_of(by)
    row.save(update_fields=["state", "replaced", "used_at", "used_by"])
