"""What this room wrote down of voices: quotes in reports, examples of alerts and subjects, messages."""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec
from django.conf import settings
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.customers.rights.holders import Holder, Person, register_holder
from zhiyin.insight.models import Incident, Message, MessageFile, ReportSnapshot, Signal, SubjectReport

_Json = dict[str, "_Json"] | list["_Json"] | str | int | float | bool | None


def register() -> None:
    """Called once, when the apps are ready."""
    register_holder(
        Holder(name="told", title=gettext_lazy("Reports and messages"), erase=erase_from_told, order=60)
    )


def erase_from_told(person: Person) -> int:
    """Remove what these voices left in reports, alerts, subjects and messages; returns in how many.

    Figures stay: they name nobody. Every row of these small tables is looked at.
    """
    ids = frozenset(person.feedback_ids)
    if not ids:
        return 0
    n_changed = _from_json(Incident, ("sighting", "explanation"), ids=ids)
    n_changed += _from_json(SubjectReport, ("found",), ids=ids)
    n_changed += _from_snapshots(ids) + _from_messages(ids)
    for signal in Signal.objects.filter(feedback_id__in=ids):
        # Its key, which keeps one voice from raising it twice, names the voice.
        signal.key, signal.feedback_id = f"erased:{signal.pk}", ""
        signal.save(update_fields=["key", "feedback_id"])
        n_changed += 1
    return n_changed


def without_voices(value: _Json, *, ids: Collection[str]) -> _Json:
    """The value without what stands in its lists and names one of these voices."""
    match value:
        case list():
            return [without_voices(one, ids=ids) for one in value if not _names(one, ids=ids)]
        case dict():
            return {name: without_voices(one, ids=ids) for name, one in value.items()}
        case _:
            return value


def _names(value: _Json, *, ids: Collection[str]) -> bool:
    """Whether it is such a voice's: a text with its id, or an object that has one at its first level."""
    texts = [value] if isinstance(value, str) else [*value.values()] if isinstance(value, dict) else []
    return any(isinstance(text, str) and any(one in text for one in ids) for text in texts)


def _from_json(model: type[models.Model], fields: tuple[str, ...], *, ids: Collection[str]) -> int:
    def change(row: models.Model) -> bool:
        changed = False
        for field in fields:
            before = getattr(row, field)
            after = without_voices(before, ids=ids)
            changed = changed or after != before
            setattr(row, field, after)
        return changed

    return _change_all(model, change=change, fields=fields)


def _from_snapshots(ids: Collection[str]) -> int:
    def change(row: models.Model) -> bool:
        packed = bytes(row.figures)  # type: ignore[attr-defined]
        before: _Json = msgspec.json.decode(packed)
        after = without_voices(before, ids=ids)
        row.figures = msgspec.json.encode(after)  # type: ignore[attr-defined]
        return after != before

    return _change_all(ReportSnapshot, change=change, fields=("figures",))


def _from_messages(ids: Collection[str]) -> int:
    with translation.override(settings.LANGUAGE_CODE):  # colleagues read it in the log
        words = _("(erased with the customer’s data)")

    def change(row: models.Model) -> bool:
        assert isinstance(row, Message)
        if not any(one in text for one in ids for text in (row.text, row.markdown, row.path, row.key)):
            return False
        MessageFile.objects.filter(message=row).delete()
        row.title, row.text, row.markdown, row.path = words, words, "", ""
        row.key = f"erased:{row.pk}"
        return True

    return _change_all(Message, change=change, fields=("title", "text", "markdown", "path", "key"))


def _change_all(
    model: type[models.Model], *, change: Callable[[models.Model], bool], fields: tuple[str, ...]
) -> int:
    n_changed = 0
    for key in list(model._default_manager.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            row = model._default_manager.select_for_update().filter(pk=key).first()
            if row is not None and change(row):
                row.save(update_fields=fields)
                n_changed += 1
    return n_changed
