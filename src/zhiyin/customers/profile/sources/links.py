"""When we learned that two identities are one person, and when that was taken back."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.customers.identifiers.naming import type_name
from zhiyin.customers.linking.queries import list_link_changes
from zhiyin.customers.models import LinkChange, LinkState
from zhiyin.customers.profile.timeline import Detail, TimelineAsk, TimelineEntry

_TITLES: Mapping[str, object] = {
    LinkState.ACTIVE: gettext_lazy("Known as one person: %(left)s and %(right)s"),
    LinkState.PROPOSED: gettext_lazy("Perhaps one person: %(left)s and %(right)s"),
    LinkState.QUARANTINED: gettext_lazy("Held back, perhaps not one person: %(left)s and %(right)s"),
    LinkState.REFUSED: gettext_lazy("Not one person: %(left)s and %(right)s"),
    LinkState.UNDONE: gettext_lazy("Taken apart again: %(left)s and %(right)s"),
}


def read_links(ask_for: TimelineAsk) -> list[TimelineEntry]:
    """The history of merges, the newest first. Links are the whole company's, whatever the scope."""
    changes = list_link_changes(ask_for.customer)
    wanted = [one for one in changes if ask_for.before is None or one.at < ask_for.before]
    return [_entry(one) for one in wanted[: ask_for.limit]]


def _entry(one: LinkChange) -> TimelineEntry:
    names = {"left": type_name(one.link.left.type), "right": type_name(one.link.right.type)}
    found = [Detail(label=_("Reason"), value=one.reason)] if one.reason else []
    found += [Detail(label=_("By whom"), value=str(one.by))] if one.by else []
    return TimelineEntry(
        at=one.at,
        kind="link",
        entry_id=f"link-{one.pk}",
        title=str(_TITLES.get(one.became, one.became)) % names,
        details=found,
    )
