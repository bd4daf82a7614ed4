"""What topics and sources of the brief are called on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.respond.brief.topics import Topic

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

TOPIC_NAMES: Mapping[Topic, StrPromise] = {
    Topic.ORDER: _("Order number"),
    Topic.WHEN: _("Date and time"),
    Topic.WHERE: _("Place of it"),
    Topic.PRODUCT: _("Product"),
    Topic.SERIAL: _("Serial number"),
    Topic.ERROR: _("Error code"),
    Topic.AMOUNT: _("Amount"),
    Topic.PEOPLE: _("How many people"),
    Topic.PHONE: _("Phone"),
    Topic.NAME: _("Full name"),
    Topic.HAPPENED: _("What happened"),
    Topic.TRIED: _("Tried already"),
    Topic.WISH: _("What the customer wants"),
}

SOURCE_NAMES: Mapping[str, StrPromise] = {
    "voice": _("from the voice"),
    "talk": _("from the conversation"),
    "words": _("from the customer’s words"),
    "answer": _("from our answer"),
    "note": _("from a note"),
}
