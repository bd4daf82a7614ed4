"""Explains segments that a person is in and lists that they were put on: what, by which rule."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.customers.models import Invited
from zhiyin.customers.rights.explaining import Explainer, Explanation, register_explainer
from zhiyin.customers.rights.holders import Person
from zhiyin.customers.segments.definition import read_definition
from zhiyin.customers.segments.members import choose_of, open_customers
from zhiyin.customers.segments.queries import list_segments
from zhiyin.customers.segments.sentences import tell
from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput
from zhiyin.people.scope import EVERYTHING

_MOST_SEGMENTS = 100


def register() -> None:
    """Called once, when the apps are ready."""
    register_explainer(
        Explainer(kind="segments", title=gettext_lazy("Groups that you fall into"), read=_read_segments),
        Explainer(kind="invited", title=gettext_lazy("Lists to invite"), read=_read_invited),
    )


def _read_segments(person: Person) -> Sequence[Explanation]:
    segments = list_segments()[:_MOST_SEGMENTS]
    if not segments or not person.customers:
        return []
    now, found = timezone.now(), []
    ids = [str(one) for one in person.customers]
    with open_customers(open_engine(settings.HOME), scope=EVERYTHING, now=now) as connection:
        for segment in segments:
            choice = choose_of(segment, now=now)
            row = connection.execute(
                f"SELECT count(*) FROM customers WHERE ({choice.sql})"  # noqa: S608 - values are parameters
                " AND CAST(customer AS VARCHAR) IN (SELECT unnest($person_ids))",
                {**choice.parameters, "person_ids": ids},
            ).fetchone()
            if row and row[0]:
                found.append((segment.name, segment.definition, segment.version))
    return [
        Explanation(
            title=name,
            why=_("Because this fits you: %(definition)s") % {"definition": _told(definition)},
            rule=_("Version %(version)s of the group. Leaving it takes other facts, or an objection.")
            % {"version": version},
        )
        for name, definition, version in found
    ]


def _told(definition: object) -> str:
    try:
        return tell(read_definition(definition))
    except InvalidInput:
        return ""


def _read_invited(person: Person) -> Sequence[Explanation]:
    rows = Invited.objects.filter(customer__in=person.customers).select_related("of_list")
    return [
        Explanation(
            title=_("Left in peace, to compare") if one.is_held_out else _("To be invited"),
            why=_("Silent %(times)s times as long as usual; %(risk)s of 100 in your place stay away.")
            % {"times": f"{one.overdue:.1f}", "risk": f"{100 * one.risk:.0f}"},
            rule=_("Computed from the times between your dealings with us; people decide whether to write."),
            at=one.of_list.made_at,
        )
        for one in rows
    ]
