"""Whom an answer reaches: a voice with what of it matters on the way out, and who carries it there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from zhiyin.engine import open_engine
from zhiyin.errors import ZhiyinError
from zhiyin.insight.delivery.outside import read_outside
from zhiyin.insight.models import Destination
from zhiyin.listen.api import open_lake
from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.queries import FeedbackDetail, get_feedback
from zhiyin.listen.queries.originals import open_item
from zhiyin.people.scope import Scope
from zhiyin.respond.about import find_contact
from zhiyin.respond.models import AnswerRoute, Case, CaseVoice
from zhiyin.respond.outbox.rules import ChannelRule, find_rule
from zhiyin.respond.outbox.states import Way

_MAIL_CHANNEL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A voice that an answer is for; `case` is the one about it, where there is one."""

    detail: FeedbackDetail
    rule: ChannelRule
    way: Way
    case: Case | None

    @property
    def feedback_id(self) -> str:
        """Id of the voice."""
        return self.detail.feedback.feedback_id

    @property
    def said_at(self) -> datetime:
        """When the customer said it."""
        return self.detail.feedback.occurred_at


def get_target(feedback_id: str, *, scope: Scope) -> Target:
    """The voice within the scope, with its rule and its way.

    Raises:
        NotFound: there is none, or none that the asker may see.
    """
    detail = get_feedback(open_lake(), feedback_id=feedback_id, scope=scope)
    about = CaseVoice.objects.select_related("case__unit", "case__owner").filter(feedback_id=feedback_id)
    found = about.first()
    return Target(
        detail=detail,
        rule=find_rule(detail.feedback.channel, source=detail.feedback.source),
        way=choose_way(detail),
        case=found.case if found else None,
    )


def choose_way(detail: FeedbackDetail) -> Way:
    """By the channel's webhook; mail by the mail server, where both it and the address are known; by hand."""
    channel = detail.feedback.channel
    if find_destination(channel) is not None:
        return Way.WEBHOOK
    if channel == _MAIL_CHANNEL and read_outside().mail is not None and find_contact(detail).email:
        return Way.MAIL
    return Way.HAND


def find_destination(channel: str) -> Destination | None:
    """The webhook that carries answers of the channel; None without one that is on. Two queries."""
    route = AnswerRoute.objects.filter(channel=channel).first()
    if route is None:
        return None
    webhooks = Destination.objects.filter(kind=Destination.Kind.WEBHOOK, is_on=True, deleted_at=None)
    return webhooks.filter(pk=route.destination).first()


def find_name(target: Target) -> str:
    """The name under which the customer wrote; empty where the source told none, or keeps it no more."""
    item = find_item(target.detail)
    name = item.author.name if item and item.author else None
    return " ".join((name or "").split())[:80]


def find_item(detail: FeedbackDetail) -> FeedbackIn | None:
    """What the source sent, in the clear; None where it is not kept any more."""
    feedback = detail.feedback
    try:
        return open_item(
            open_engine(settings.HOME), feedback_id=feedback.feedback_id, revision=feedback.revision
        )
    except ZhiyinError:
        return None
