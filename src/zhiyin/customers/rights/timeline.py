"""Consents on the timeline of a customer."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhiyin.customers.models import Consent
from zhiyin.customers.profile.timeline import Detail, TimelineAsk, TimelineEntry
from zhiyin.customers.rights.purposes import list_purposes
from zhiyin.customers.rights.words import channel_name, way_name


def read_consents(ask: TimelineAsk) -> Sequence[TimelineEntry]:
    """What the customer agreed to and took back; of the whole company, whatever the unit."""
    rows = Consent.objects.filter(key__in=ask.keys)
    if ask.before is not None:
        rows = rows.filter(at__lt=ask.before)
    language = get_language() or "zh"
    names = {one.code: one.name.in_language(language) for one in list_purposes()}
    return [
        TimelineEntry(
            at=row.at,
            kind="consent",
            entry_id=str(row.pk),
            title=(_("Agreed: %(purpose)s") if row.is_given else _("Refused: %(purpose)s"))
            % {"purpose": names.get(row.purpose, row.purpose)},
            details=[
                Detail(label=_("Channel"), value=channel_name(row.channel)),
                Detail(label=_("Told"), value=way_name(row.method)),
            ],
        )
        for row in rows.order_by("-at", "-pk")[: ask.limit]
    ]
