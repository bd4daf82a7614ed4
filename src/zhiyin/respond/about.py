"""The voices that a case is about, and what is known from them: title, contact, who spoke."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.safestring import SafeString

from zhiyin.console.numbers import Language
from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput, NotFound, ZhiyinError
from zhiyin.insight.naming import aspect_name
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries import FeedbackDetail, get_feedback
from zhiyin.listen.queries.originals import open_item
from zhiyin.people.scope import Scope
from zhiyin.respond.contacts import Contact, read_contact
from zhiyin.respond.marking import mark_opinions
from zhiyin.respond.models import Case
from zhiyin.respond.queries import list_feedback_ids

_TITLE_SIGNS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutVoice:
    """A voice with its opinions marked in the text."""

    detail: FeedbackDetail
    marked: SafeString


def list_voices(case: Case, *, scope: Scope, language: Language) -> list[AboutVoice]:
    """The voices of the case that the asker may read, the first first; those erased are left out."""
    found = (
        find_voice(feedback_id, scope=scope, language=language) for feedback_id in list_feedback_ids(case)
    )
    return [voice for voice in found if voice is not None]


def find_voice(feedback_id: str, *, scope: Scope, language: Language) -> AboutVoice | None:
    """The voice, if the asker may read it; one that just came may take a second."""
    try:
        detail = get_feedback(open_lake(), feedback_id=feedback_id, scope=scope)
    except NotFound:
        return None
    marked = mark_opinions(detail.feedback.text, detail.opinions, language=language)
    return AboutVoice(detail=detail, marked=marked)


def suggest_title(detail: FeedbackDetail, *, language: Language) -> str:
    """What is complained of most surely, else how the words begin."""
    worst = max(
        (one for one in detail.opinions if one.polarity == "negative"),
        key=lambda one: one.confidence,
        default=None,
    )
    if worst is None:
        words = " ".join(detail.feedback.text.split())
        return words if len(words) <= _TITLE_SIGNS else f"{words[:_TITLE_SIGNS]}…"
    name = aspect_name(worst.aspect, language=language, stored=worst.aspect_name)
    said = detail.feedback.text[worst.start : worst.end].strip() or worst.opinion
    return f"{name}：{said}" if language == "zh" else f"{name}: {said}"


def find_contact(detail: FeedbackDetail) -> Contact:
    """How the customer can be reached, as far as the source told us; for the case alone, never for a page."""
    feedback = detail.feedback
    try:
        item = open_item(
            open_engine(settings.HOME), feedback_id=feedback.feedback_id, revision=feedback.revision
        )
    except ZhiyinError:  # erased, or sealed with keys that are gone: the case opens all the same
        return Contact()
    if item.author is None:
        return Contact()
    known = {one.type: one.value for one in reversed(item.author.identities)}
    return Contact(
        name=_readable(name=item.author.name or "").name,
        phone=_readable(phone=known.get("phone", "")).phone,
        email=_readable(email=known.get("email", "")).email,
    )


def _readable(*, name: str = "", phone: str = "", email: str = "") -> Contact:
    try:
        return read_contact(name=name, phone=phone, email=email)
    except InvalidInput:
        return Contact()
