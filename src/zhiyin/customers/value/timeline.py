"""What a customer received, as entries of the timeline."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.customers.profile.timeline import (
    Detail,
    TimelineAsk,
    TimelineEntry,
    TimelineSource,
    register_source,
)
from zhiyin.customers.profile.wording import say_amount
from zhiyin.customers.value.contract import Line
from zhiyin.customers.value.naming import kind_name
from zhiyin.customers.value.reading import list_lines
from zhiyin.engine import open_engine


def register_value_source() -> None:
    """Adds the ledger to the timeline."""
    register_source(
        TimelineSource(
            kind="value", name=gettext_lazy("Received"), icon="sparkles", read=read_value, order=62
        )
    )


def read_value(ask: TimelineAsk) -> list[TimelineEntry]:
    """The entries and counter-entries, the newest first."""
    lines = list_lines(
        open_engine(settings.HOME),
        keys=ask.keys,
        scope=ask.scope,
        before=ask.before,
        limit=ask.limit,
        with_orders=False,
    )
    href = reverse("customer_value", args=[ask.customer])
    return [
        TimelineEntry(
            at=line.occurred_at,
            kind="value",
            entry_id=line.entry_id,
            title=_("Taken back") if line.corrects else kind_name(line.kind),
            text=line.note or "",
            href=href,
            unit_id=line.unit_id,
            details=list(_details(line)),
        )
        for line in lines
    ]


def _details(line: Line) -> Iterator[Detail]:
    if line.amount is not None:
        yield Detail(label=_("Amount"), value=say_amount(float(line.amount)))
    if line.points is not None:
        yield Detail(label=_("Points"), value=str(line.points))
