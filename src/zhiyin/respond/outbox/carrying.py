"""Carries what waits: claims an answer, hands it over, writes down what came of it."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F

from zhiyin.insight.delivery.answers import Answer, find_reason
from zhiyin.insight.delivery.outside import read_outside
from zhiyin.insight.delivery.retries import next_attempt
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import OutgoingAnswer
from zhiyin.respond.outbox import mail, webhook
from zhiyin.respond.outbox.claims import LEASE, claim_next, mark_handed
from zhiyin.respond.outbox.states import AnswerState, Way

_EVERY_SECONDS = 1.0
_MOST_A_ROUND = 200
# About eleven hours in all: then somebody is told, who can do it by hand.
_RETRY_SECONDS = (5.0, 30.0, 300.0, 1800.0, 7200.0, 28800.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Sends what is due. Several processes may do it; `lease` is how long one may hold an answer."""

    lease: timedelta = LEASE
    retry_seconds: tuple[float, ...] = _RETRY_SECONDS
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    chance: random.Random = field(default_factory=random.SystemRandom)
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    def carry_due(self, should_stop: Callable[[], bool] = lambda: False) -> int:
        """How many tries were made. A channel that did not answer is left alone for the round."""
        silent: set[str] = set()
        n_tries = 0
        while n_tries < _MOST_A_ROUND and not should_stop():
            answer = claim_next(token=self.token, now=self.clock(), lease=self.lease, but_not=silent)
            if answer is None:
                break
            n_tries += 1
            told = self._try(answer)
            if not told.is_taken and not find_reason(told.reason).is_final:
                silent.add(answer.channel)
            self._record(answer, told)
        return n_tries

    def _try(self, answer: OutgoingAnswer) -> Answer:
        outside = read_outside()
        if answer.way == Way.WEBHOOK:
            return webhook.send(answer, outside=outside, now=self.clock())
        return mail.send(
            answer,
            outside=outside,
            begin=lambda: mark_handed(answer, token=self.token, now=self.clock()),
        )

    def _record(self, answer: OutgoingAnswer, told: Answer) -> None:
        now = self.clock()
        held = OutgoingAnswer.objects.filter(
            pk=answer.pk, held_by=self.token, state=AnswerState.SENDING.value
        )
        outcome = self._outcome(answer, told, now=now)
        with transaction.atomic():
            is_written = held.update(
                **outcome,
                reason=told.reason,
                said=told.text[:300],
                held_by="",
                held_until=None,
                changed_at=now,
                version=F("version") + 1,
            )
            if is_written and outcome["state"] != AnswerState.WAITING.value:
                record_event(
                    f"outgoing_answer.{_ACTIONS[str(outcome['state'])]}",
                    target=("outgoing_answer", answer.key),
                    details={"channel": answer.channel, "reason": told.reason},
                    at=now,
                )

    def _outcome(self, answer: OutgoingAnswer, told: Answer, *, now: datetime) -> dict[str, object]:
        if told.is_taken:
            return {"state": AnswerState.SENT.value, "sent_at": now, "next_try_at": None, "to_sealed": None}
        if told.reason == mail.UNHEARD:
            return {"state": AnswerState.UNSURE.value, "next_try_at": None}
        again = next_attempt(
            now=now,
            n_attempts=answer.n_tries,
            schedule=self.retry_seconds,
            share=self.chance.random(),
            least_seconds=told.pause_seconds,
        )
        if again is None or find_reason(told.reason).is_final:
            return {"state": AnswerState.FAILED.value, "next_try_at": None, "handed_at": None}
        return {"state": AnswerState.WAITING.value, "next_try_at": again, "handed_at": None}


_ACTIONS = {
    AnswerState.SENT.value: "arrived_there",
    AnswerState.UNSURE.value: "unsure",
    AnswerState.FAILED.value: "failed",
}


def make_answers_chore() -> Chore:
    """Carrying as the worker does it."""
    carrier = Carrier()
    return Chore(name="answers", every_seconds=_EVERY_SECONDS, run=carrier.carry_due)
