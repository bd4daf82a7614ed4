"""Answers that leave the house, and who carries those of a channel."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from zhiyin.respond.models.cases import Case
from zhiyin.respond.models.story import CaseAnswer
from zhiyin.respond.outbox.states import ON_THE_WAY, STUCK, AnswerState, Way


class OutgoingAnswer(models.Model):
    """One answer on its way to one customer.

    A reply (`is_reply`) goes where the customer wrote, once a voice; a letter tells by mail what the
    page of a case says already, once an `answer`. `key` names it to whoever takes it, the same at every
    try, so that they can tell a repetition. `to_sealed`: the mail address, encrypted.

    `risks`: why a second person has to read it (codes of `risks.py`); `reader` said yes or, with
    `reader_words`, no. `held_by` until `held_until` is the lease of the one worker that has it in hand;
    `handed_at` is set before the moment after which it may have arrived. `reason` and `said`: why the
    last try failed, and the other side's own words.
    """

    key = models.CharField(max_length=40, unique=True)
    feedback_id = models.CharField(max_length=36)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="outgoing")
    answer = models.ForeignKey(CaseAnswer, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(
        "people.OrgUnit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_reply = models.BooleanField(default=True)
    channel = models.CharField(max_length=40, blank=True, default="")
    way = models.CharField(max_length=10, choices=[(way.value, way.value) for way in Way])
    to_sealed = models.BinaryField(null=True, blank=True)
    text = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in AnswerState])
    risks = models.JSONField(default=list, blank=True)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    read_at = models.DateTimeField(null=True, blank=True)
    reader_words = models.TextField(blank=True, default="")
    next_try_at = models.DateTimeField(null=True, blank=True)
    n_tries = models.PositiveSmallIntegerField(default=0)
    held_by = models.CharField(max_length=32, blank=True, default="")
    held_until = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True, default="")
    said = models.CharField(max_length=300, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """A voice is answered once, and a letter written once, whoever else tries."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["feedback_id"], condition=models.Q(is_reply=True), name="respond_one_reply_a_voice"
            ),
            models.UniqueConstraint(
                fields=["answer"], condition=models.Q(is_reply=False), name="respond_one_letter_an_answer"
            ),
            models.CheckConstraint(
                condition=models.Q(state=AnswerState.SENT.value, sent_at__isnull=False)
                | (~models.Q(state=AnswerState.SENT.value) & models.Q(sent_at__isnull=True)),
                name="respond_sent_answers_have_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state__in=sorted(state.value for state in ON_THE_WAY)),
                name="respond_outgoing_due",
            ),
            models.Index(
                fields=["state", "changed_at"],
                condition=models.Q(state__in=sorted(state.value for state in STUCK)),
                name="respond_outgoing_stuck",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def stands(self) -> AnswerState:
        """`state` as what it is."""
        return AnswerState(self.state)


class AnswerRoute(models.Model):
    """The destination, a webhook, that carries replies to voices of a channel."""

    channel = models.CharField(max_length=40, unique=True)
    destination = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.channel} by destination {self.destination}"
