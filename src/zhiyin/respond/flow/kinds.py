"""The words of the flow: why there is a complaint, how cases hang together, how customers are told."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """Why there is a complaint."""

    EXPECTATION = "expectation"
    """The customer had been led to expect something else."""
    PRODUCT = "product"
    """The thing itself was not as it should be."""
    SERVICE = "service"
    """What people or processes did was not as it should be."""


class MessageKind(StrEnum):
    """What the customer is told besides answers."""

    QUESTION = "question"
    HOLD = "hold"
    DECISION = "decision"


class Way(StrEnum):
    """How a decision reached the customer."""

    PAGE = "page"
    PHONE = "phone"
    MESSAGE = "message"
    MAIL = "mail"
    LETTER = "letter"
    IN_PERSON = "in_person"


class LinkKind(StrEnum):
    """How two cases hang together."""

    MERGE = "merge"
    SPLIT = "split"
    CLONE = "clone"
    GROUP = "group"


SEVERITIES = (1, 2, 3, 4)
