"""The bell in the head of every page."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from zhiyin.people.access import visitor_of
from zhiyin.respond.notices.queries import MOST_COUNTED, count_unread


def draw_bell(request: HttpRequest) -> SafeString:
    """How many notices whoever looks has not read; nothing for strangers and keys. One query."""
    account = visitor_of(request).account
    if account is None:
        return SafeString()
    n = count_unread(account.pk)
    context = {"n": n, "shown": f"{MOST_COUNTED}+" if n > MOST_COUNTED else str(n)}
    return render_to_string("respond/notices/_bell.html", context)
