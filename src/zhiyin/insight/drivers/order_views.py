"""The voices behind a lift by order."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.pages import render_page
from zhiyin.insight import dialect
from zhiyin.insight.aspect_tree import AspectTree
from zhiyin.insight.drivers.order_lift import ORDER_KINDS, VALUES_OF_KIND, orders_sql
from zhiyin.insight.drivers.order_page import ORDER_KIND_NAMES, UNHAPPY, order_value_name
from zhiyin.insight.drivers.page import read_asked
from zhiyin.insight.queries.rows import PAGE_SIZE, TABLES, VoicePage, find_rows
from zhiyin.insight.selection import Parameter, select
from zhiyin.insight.state import ViewState
from zhiyin.insight.statements import run
from zhiyin.insight.voice_list import make_lines, read_number
from zhiyin.listen.api import open_lake
from zhiyin.people.permissions import Permission, requires

_MAX_VALUE = 200


class _FoundRow(msgspec.Struct, frozen=True, kw_only=True):
    feedback_id: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """Which orders, and which of their voices: `members` are the aspects that these must blame."""

    kind: str
    value: str
    is_unhappy: bool
    members: tuple[str, ...]
    what: str


@require_safe
@requires(Permission.FEEDBACK_READ)
def why_order_voices(request: HttpRequest) -> HttpResponse:
    """The voices whose order was like this, the newest first; the unhappy ones or those that blame."""
    asked = read_asked(request)
    wanted = _read_wanted(request, tree=asked.tree)
    page = _find(asked.state, wanted=wanted, number=read_number(request))
    context = {
        "state": asked.state,
        "page": page,
        "lines": make_lines(request, page.rows, state=asked.state),
        "kind": ORDER_KIND_NAMES[wanted.kind],
        "value": order_value_name(wanted.kind, wanted.value),
        "what": wanted.what,
        "back_url": asked.state.url("why", show="orders"),
    }
    return render_page(request, "insight/drivers/order_voices.html", context)


def _read_wanted(request: HttpRequest, *, tree: AspectTree) -> _Wanted:
    kind, value = request.GET.get("order_kind", ""), request.GET.get("order_value", "")
    if kind not in ORDER_KINDS or not value or len(value) > _MAX_VALUE:
        raise Http404
    if kind in VALUES_OF_KIND and value not in VALUES_OF_KIND[kind]:
        raise Http404
    outcome = request.GET.get("outcome", "")
    if outcome in ("", UNHAPPY):
        what = _("Negative voices") if outcome else _("All voices")
        return _Wanted(kind=kind, value=value, is_unhappy=bool(outcome), members=(), what=what)
    node = tree.find(outcome)
    what = _("Blame of “%(aspect)s”") % {"aspect": node.name if node else outcome[:_MAX_VALUE]}
    members = node.members if node else (outcome,)
    return _Wanted(kind=kind, value=value, is_unhappy=False, members=members, what=what)


def _find(state: ViewState, *, wanted: _Wanted, number: int) -> VoicePage:
    chosen = select(state.scope, filter=state.filter)
    outcome = "TRUE"
    if wanted.is_unhappy:
        outcome = "sentiment = 'negative'"
    if wanted.members:
        members = dialect.members("$blamed_aspects", kind="VARCHAR")
        outcome = (
            "feedback_id IN (SELECT feedback_id FROM opinions"  # noqa: S608 - fixed texts
            f" WHERE {chosen.kept_opinions} AND polarity = 'negative' AND aspect IN ({members}))"
        )
    given: dict[str, Parameter] = {
        **chosen.parameters,
        "blamed_aspects": list(wanted.members),
        "order_value": wanted.value,
        "n_rows": PAGE_SIZE,
        "n_before": (max(1, number) - 1) * PAGE_SIZE,
    }
    with open_lake().connect(*TABLES, "purchases") as connection:
        found = run(
            connection,
            "order_voices",
            row=_FoundRow,
            parameters=given,
            orders=orders_sql(zone=state.zone, now=state.now),
            kept_voices=chosen.kept_voices,
            outcome=outcome,
            told=f"CAST({wanted.kind} AS VARCHAR)",
        )
        rows = find_rows(connection, scope=state.scope, ids=[one.feedback_id for one in found])
    n = found[0].n if found else 0
    return VoicePage(rows=rows, n=n, number=max(1, number), n_pages=max(1, -(-n // PAGE_SIZE)))
