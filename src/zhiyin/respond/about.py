"""The voices that a case is about, and what is known from them: title, contact, who spoke."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.conf import settings

from zhiyin.console.numbers import Language
from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput, NotFound, ZhiyinError
from zhiyin.insight.naming import aspect_name
from zhiyin.insight.voice_names import channel_names
from zhiyin.insight.wording import wording
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries import FeedbackDetail, get_feedback
from zhiyin.listen.queries.originals import open_item
from zhiyin.people.scope import Scope
from zhiyin.respond.contacts import Contact, read_contact
from zhiyin.respond.models import Case
from zhiyin.respond.queries import list_feedback_ids

_TITLE_SIGNS = 24
_CLAUSE_END = re.compile(r"[，。！？；,.!?;\n~～…]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutVoice:
    """A voice with all that is known of it; `channel` is its name.

    `has_page`: the asker may open it besides, which those to whom only the case came may not.
    """

    detail: FeedbackDetail
    channel: str
    has_page: bool = True


def list_voices(
    case: Case, *, scope: Scope, language: Language, came_from: frozenset[int] = frozenset()
) -> list[AboutVoice]:
    """The voices of the case that the asker may read, the first first; those erased are left out.

    `came_from`: the units that handed the case on; whoever works on it reads what was said there.
    """
    # A copy, or a case whose voices went into another, shows the voice that it began with.
    ids = list_feedback_ids(case) or [case.feedback_id]
    wide = scope if scope.unit_ids is None else Scope(unit_ids=scope.unit_ids | came_from)
    found = (find_voice(feedback_id, scope=wide, language=language) for feedback_id in ids if feedback_id)
    return [
        voice if scope.allows(voice.detail.feedback.unit_id) else replace(voice, has_page=False)
        for voice in found
        if voice is not None
    ]


def find_voice(feedback_id: str, *, scope: Scope, language: Language) -> AboutVoice | None:
    """The voice, if the asker may read it; one that just came may take a second."""
    try:
        detail = get_feedback(open_lake(), feedback_id=feedback_id, scope=scope)
    except NotFound:
        return None
    code = detail.feedback.channel
    return AboutVoice(detail=detail, channel=channel_names(language).get(code, code))


def suggest_title(detail: FeedbackDetail, *, language: Language) -> str:
    """What makes it urgent, and what is complained of most surely, else how the words begin."""
    names = wording(language)
    urgent = [names.name(reason) for reason in detail.feedback.urgency_reasons[:1]]
    return " · ".join([*urgent, _complaint(detail, language=language)]).strip(" ·")


def _complaint(detail: FeedbackDetail, *, language: Language) -> str:
    worst = max(
        (one for one in detail.opinions if one.polarity == "negative"),
        key=lambda one: one.confidence,
        default=None,
    )
    if worst is None:
        return _beginning(detail.feedback.text)
    name = aspect_name(worst.aspect, language=language, stored=worst.aspect_name)
    said = detail.feedback.text[worst.start : worst.end].strip() or worst.opinion
    return f"{name}：{said}" if language == "zh" else f"{name}: {said}"


def _beginning(text: str) -> str:
    """The first words up to the end of a clause, as far as there is room."""
    words = " ".join(text.split())
    if len(words) <= _TITLE_SIGNS:
        return words
    ends = [match.start() for match in _CLAUSE_END.finditer(words, 6, _TITLE_SIGNS)]
    return f"{words[: ends[-1] if ends else _TITLE_SIGNS]}…"


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
