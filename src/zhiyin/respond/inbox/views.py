"""Pages: who waits for an answer, and what waits for a second reader or for a hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.exports import Cell, stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.insight.unit_choices import list_unit_choices
from zhiyin.insight.voice_names import channel_names
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import find_unit_by_code
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.inbox import asking
from zhiyin.respond.inbox.voices import VoiceWish, list_channels_to_answer
from zhiyin.respond.inbox.waiting import MOST, Kind, Line, Waiting, list_lines
from zhiyin.respond.outbox.queries import count_stuck


@require_safe
@requires(Permission.CASES_WORK)
def show_inbox(request: HttpRequest) -> HttpResponse:
    """The list, those first that are due first."""
    view, number, scope = asking.read_view(request), asking.read_number(request), scope_of(request)
    found = _find(
        request, view=view, scope=scope, offset=(number - 1) * asking.PAGE_SIZE, limit=asking.PAGE_SIZE
    )
    unit = find_unit_by_code(request.GET.get("unit", ""))
    chosen = unit if unit is not None and scope.allows(unit.pk) else None
    names = channel_names(page_language())
    context = {
        "waiting": found,
        "most": MOST,
        "view": view,
        "now": timezone.now(),
        "pages": asking.Place(number=number, n=found.n),
        "units": list_unit_choices(scope, chosen=chosen),
        "channels": [(code, names.get(code, code)) for code in list_channels_to_answer(VoiceWish())],
        "stuck": count_stuck(scope=scope, account=visitor_of(request).account),
        "is_filtered": any(request.GET.get(name) for name in ("unit", "channel", "kind")),
        "may_export": visitor_of(request).may(Permission.FEEDBACK_EXPORT),
    }
    return render_page(request, "respond/inbox/inbox.html", context, parts={})


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def export_inbox(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a file, as far as the page counts it."""
    visitor = visitor_of(request)
    scope = asking.both(scope_of(request), visitor.scope_for(Permission.CASES_WORK))
    found = _find(request, view=asking.read_view(request), scope=scope, offset=0, limit=MOST)
    sent = stream_table(
        request,
        name=_("Inbox"),
        columns=_columns(),
        rows=_rows(found.lines),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(found.lines),
    )
    record_event("inbox.exported", by=actor_of(request), details={"rows": len(found.lines)})
    return sent


def _find(request: HttpRequest, *, view: str, scope: Scope, offset: int, limit: int) -> Waiting:
    return list_lines(
        wish=asking.read_wish(request, view=view),
        cases_scope=scope,
        voices_scope=asking.both(asking.voices_scope(request), scope),
        account=visitor_of(request).account,
        now=timezone.now(),
        language=page_language(),
        offset=offset,
        limit=limit,
    )


def _columns() -> Sequence[str]:
    return [_("Kind"), _("Number"), _("What it is about"), _("Due"), _("Said at"), _("Channel"), _("Unit")]


def _rows(lines: Sequence[Line]) -> Iterator[Sequence[Cell]]:
    for line in lines:
        kind = _("case") if line.kind is Kind.CASE else _("voice")
        yield [kind, line.key, line.title, line.due_at, line.said_at, line.channel, line.unit]
