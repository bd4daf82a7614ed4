"""Explains what the pipeline decided about a person's voices: urgency, and what was not counted."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.console.templatetags.shell import page_language
from zhiyin.customers.rights.explaining import Explainer, Explanation, register_explainer
from zhiyin.customers.rights.holders import Person
from zhiyin.engine import open_engine
from zhiyin.insight.wording import wording

_MOST = 100


def register() -> None:
    """What the pipeline decides about voices."""
    register_explainer(
        Explainer(kind="urgency", title=gettext_lazy("How urgent we took it"), read=_read_urgency),
        Explainer(kind="left_out", title=gettext_lazy("What we did not count"), read=_read_left_out),
    )


def _read_urgency(person: Person) -> list[Explanation]:
    rows = _rows(person, condition="urgency > 0", columns="occurred_at, urgency, urgency_reasons, model")
    levels = {1: _("soon"), 2: _("the same day"), 3: _("at once")}
    return [
        Explanation(
            title=_("To be answered %(when)s") % {"when": levels.get(urgency, str(urgency))},
            why=_("Because of what your words tell of: %(reasons)s")
            % {"reasons": _("; ").join(_reason_name(one) for one in reasons or [])},
            rule=_("Model %(model)s. It only sets the order of answering; people decide what is done.")
            % {"model": model},
            at=at,
        )
        for at, urgency, reasons, model in rows
    ]


def _read_left_out(person: Person) -> list[Explanation]:
    rows = _rows(
        person,
        condition="is_spam OR is_duplicate OR is_solicited OR is_off_subject",
        columns="occurred_at, is_spam, is_duplicate, is_solicited, is_off_subject, model",
    )
    names = [
        _("it looks like advertising"),
        _("it is the same as another one"),
        _("it looks as if it was written in return for something"),
        _("it is not about us"),
    ]
    return [
        Explanation(
            title=_("Kept, but not counted in the figures"),
            why=_("Because %(reasons)s.")
            % {"reasons": _("; ").join(name for name, is_so in zip(names, flags, strict=True) if is_so)},
            rule=_("Model %(model)s. Staff can read and correct it.") % {"model": model},
            at=at,
        )
        for at, *flags, model in rows
    ]


def _rows(person: Person, *, condition: str, columns: str) -> list[tuple]:  # type: ignore[type-arg]
    lake = open_engine(settings.HOME).lake
    if not person.feedback_ids or "feedback" not in lake.tables():
        return []
    with lake.connect("feedback") as connection:
        return connection.execute(
            f"SELECT {columns} FROM feedback WHERE is_current AND ({condition})"  # noqa: S608 - both are ours
            " AND feedback_id IN (SELECT unnest($ids)) ORDER BY occurred_at DESC LIMIT $most",
            {"ids": [*person.feedback_ids], "most": _MOST},
        ).fetchall()


def _reason_name(code: str) -> str:
    return wording(page_language()).name(code)
