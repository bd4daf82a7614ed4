"""Messages that wait to leave, or left; each attempt is a row."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from zhiyin.insight.models.destinations import Destination


class Message(models.Model):
    """What is said, once for all destinations: masked text only."""

    key = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    markdown = models.TextField(blank=True)
    path = models.CharField(max_length=500, blank=True)
    level = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class MessageFile(models.Model):
    """A file that goes with a message; `is_picture` marks the one shown within it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    is_picture = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message on its way to one destination: there is one for each message and destination.

    `reference` stays the same over all attempts, so that the receiver can tell a repetition. `digest`
    is the delivery that carried this one together with others.
    """

    class State(models.TextChoices):
        """Where it is."""

        WAITING = "waiting"
        SENT = "sent"
        DIGESTED = "digested"
        DEAD = "dead"

    destination = models.ForeignKey(Destination, on_delete=models.CASCADE, related_name="deliveries")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    reference = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    digest = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="parts")
    due_at = models.DateTimeField()
    was_quiet = models.BooleanField(default=False)
    n_attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        """A message goes to a destination once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["destination", "message"], name="insight_one_delivery_a_destination"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="insight_delivery_due"),
            models.Index(fields=["destination", "queued_at"], name="insight_delivery_of"),
        ]

    def __str__(self) -> str:
        return self.reference


class DeliveryAttempt(models.Model):
    """One request to a destination: limits count them. `delivery` None is a test message."""

    destination = models.ForeignKey(Destination, on_delete=models.CASCADE, related_name="attempts")
    delivery = models.ForeignKey(
        Delivery, null=True, blank=True, on_delete=models.CASCADE, related_name="attempts"
    )
    at = models.DateTimeField()
    is_taken = models.BooleanField()
    reason = models.CharField(max_length=40, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        """Counted by destination and time."""

        indexes: ClassVar = [models.Index(fields=["destination", "at"], name="insight_attempt_of")]

    def __str__(self) -> str:
        return f"{self.destination_id} at {self.at}"
