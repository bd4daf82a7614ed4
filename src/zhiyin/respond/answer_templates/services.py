"""What changes templates: every change is a new version, so that it can be taken back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.knowledge.plain import Severity, check_text, language_of
from zhiyin.people.actors import Actor
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.answer_templates.variables import find_unknown
from zhiyin.respond.models import AnswerTemplate
from zhiyin.respond.services.changes import MAX_TEXT, account_id_of, shorten

_MAX_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateWords:
    """What a version says; see `AnswerTemplate`."""

    name: str
    text_zh: str = ""
    text_en: str = ""
    channel: str = ""
    aspect: str = ""
    unit_id: int | None = None


def save_template(
    words: TemplateWords, *, by: Actor, scope: Scope, key: UUID | None = None, version: int = 0
) -> AnswerTemplate:
    """A new template, or a new version of that of the key; `version` is the one that the asker saw.

    Raises:
        InvalidInput: no name, no text, an unknown variable, or words that must not leave the house.
        NotFound: no such template or unit within the scope. Conflict: somebody else changed it.
    """
    clean = _check(words)
    if not scope.allows(clean.unit_id):
        raise NotFound("There is no such unit.", next_step="Choose one of yours.")
    if key is None:
        return _write(clean, key=uuid4(), version=1, by=by, action="made")
    newest = get_template(key, scope=scope)
    if newest.version != version:
        raise _changed()
    return _write(clean, key=key, version=newest.version + 1, by=by, action="changed")


def switch_template(key: UUID, *, is_on: bool, by: Actor, scope: Scope) -> AnswerTemplate:
    """Offer it no longer, or again. Raises `NotFound`, `Conflict`."""
    newest = get_template(key, scope=scope)
    action = "on" if is_on else "off"
    return _write(_words_of(newest), key=key, version=newest.version + 1, by=by, action=action, is_on=is_on)


def undo_template(key: UUID, *, by: Actor, scope: Scope) -> AnswerTemplate:
    """As it was before its newest version; a new one is offered no longer. Raises `NotFound`, `Conflict`."""
    newest = get_template(key, scope=scope)
    before = AnswerTemplate.objects.filter(key=key, version=newest.version - 1).first()
    return _write(
        _words_of(before or newest),
        key=key,
        version=newest.version + 1,
        by=by,
        action="undone",
        is_on=before.is_on if before else False,
    )


def get_template(key: UUID, *, scope: Scope) -> AnswerTemplate:
    """The newest version, for those who manage it. Raises `NotFound`."""
    found = AnswerTemplate.objects.select_related("unit").filter(key=key, is_newest=True).first()
    if found is None or not scope.allows(found.unit_id):
        raise NotFound("There is no such template.", next_step="Choose one from the list.")
    return found


def _write(
    words: TemplateWords, *, key: UUID, version: int, by: Actor, action: str, is_on: bool = True
) -> AnswerTemplate:
    now = timezone.now()
    try:
        with transaction.atomic():
            AnswerTemplate.objects.filter(key=key, is_newest=True).update(is_newest=False)
            saved = AnswerTemplate.objects.create(
                key=key,
                version=version,
                is_on=is_on,
                made_at=now,
                made_by_id=account_id_of(by),
                **asdict(words),
            )
            target = ("answer_template", saved.name)
            record_event(f"answer_template.{action}", by=by, target=target, details={"version": version})
    except IntegrityError:  # two saved at this very moment
        raise _changed() from None
    return saved


def _check(words: TemplateWords) -> TemplateWords:
    name = " ".join(shorten(words.name, limit=_MAX_NAME).split())
    texts = [shorten(text, limit=MAX_TEXT) for text in (words.text_zh, words.text_en)]
    if not name:
        raise InvalidInput("A template needs a name.", field="name")
    if not any(texts):
        raise InvalidInput("A template needs a text.", field="text_zh")
    for text, field in zip(texts, ("text_zh", "text_en"), strict=True):
        if unknown := find_unknown(text):
            raise InvalidInput(f"Nobody knows the variable {{{unknown[0]}}}.", field=field)
        for one in check_text(text, language=language_of(text)).remarks if text else ():
            if one.severity is Severity.FORBIDDEN:
                raise InvalidInput("No answer asks to change a review.", field=f"{field}_forbidden")
    return TemplateWords(
        name=name,
        text_zh=texts[0],
        text_en=texts[1],
        channel=words.channel[:40],
        aspect=words.aspect[:64],
        unit_id=words.unit_id,
    )


def _words_of(template: AnswerTemplate) -> TemplateWords:
    return TemplateWords(
        name=template.name,
        text_zh=template.text_zh,
        text_en=template.text_en,
        channel=template.channel,
        aspect=template.aspect,
        unit_id=template.unit_id,
    )


def _changed() -> Conflict:
    return Conflict(
        "Somebody else changed this template in the meantime.", next_step="Look at how it stands now."
    )
