"""What other packages of this room do at every step of a case, in the transaction that takes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zhiyin.people.actors import Actor
from zhiyin.respond.statuses import Step

if TYPE_CHECKING:
    from zhiyin.respond.services.changes import Change

StepHook = Callable[["Change", Step, Actor], None]

_before_saving: list[StepHook] = []
_after_telling: list[StepHook] = []


def before_saving(hook: StepHook) -> None:
    """Call `hook` while the case is locked and about to be saved: it may change fields of `change.case`.

    Registered in `AppConfig.ready`, once; again, it changes nothing.
    """
    if hook not in _before_saving:
        _before_saving.append(hook)


def after_telling(hook: StepHook) -> None:
    """Call `hook` when the step's event is written, still in its transaction: what must leave goes
    into an outbox, never out at once. Whatever it raises undoes the step.
    """
    if hook not in _after_telling:
        _after_telling.append(hook)


def call_before_saving(change: Change, *, step: Step, by: Actor) -> None:
    """For `changing` and `open_case` alone."""
    for hook in _before_saving:
        hook(change, step, by)


def call_after_telling(change: Change, *, step: Step, by: Actor) -> None:
    """For `tell_step` alone."""
    for hook in _after_telling:
        hook(change, step, by)
