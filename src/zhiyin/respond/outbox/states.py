"""How an answer goes out, and where it stands on its way."""

from __future__ import annotations

from enum import StrEnum


class Way(StrEnum):
    """Who carries an answer to the customer."""

    WEBHOOK = "webhook"
    """A program of the company's that posts it where the customer wrote."""
    MAIL = "mail"
    """The mail server, to the customer's address."""
    HAND = "hand"
    """Somebody, who copies it there and says so."""


class AnswerState(StrEnum):
    """Where an answer stands."""

    DRAFT = "draft"
    """It is being written."""
    READING = "reading"
    """A second person has to say yes first."""
    WAITING = "waiting"
    """It goes out when its time comes."""
    SENDING = "sending"
    """A worker has it in hand."""
    SENT = "sent"
    """The other side took it, or somebody put it there by hand."""
    FAILED = "failed"
    """It did not go out, and trying again by itself cannot help."""
    UNSURE = "unsure"
    """It was handed in and nobody heard back: it may have arrived, so it is not sent again unasked."""


# A person has to do something, or nothing happens any more.
STUCK = frozenset({AnswerState.READING, AnswerState.FAILED, AnswerState.UNSURE})
ON_THE_WAY = frozenset({AnswerState.WAITING, AnswerState.SENDING})
