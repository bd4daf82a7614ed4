"""What customers speak of: all aspects, and one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import duckdb
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.exports import Cell, stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.insight.aspect_page import COLUMNS, HARM_FIRST, most_harmful, read_scores
from zhiyin.insight.headings import make_headings, read_sort, with_parameters
from zhiyin.insight.queries.aspect_list import AspectScore
from zhiyin.insight.queries.aspect_order import sort_scores
from zhiyin.insight.state import read_state
from zhiyin.insight.unit_export import verdict_name
from zhiyin.listen.api import open_lake
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event


@require_safe
@requires(Permission.SUMMARY_READ)
def aspects(request: HttpRequest) -> HttpResponse:
    """All aspects of the tree with their figures."""
    state = read_state(request)
    with closing(open_facts()) as connection:
        found = read_scores(connection, state=state)
    columns = [one for one in COLUMNS if one.code != "change" or state.filter.before_since is not None]
    sort = read_sort(request.GET.get("sort", ""), columns=columns, default=HARM_FIRST)
    is_flat = request.GET.get("flat") == "1"
    context = {
        "state": state,
        "scores": sort_scores(found, by=sort.by, is_descending=sort.is_descending, is_flat=is_flat),
        "worst": most_harmful(found),
        "n_voices": found.n_voices,
        "headings": make_headings(columns, sort=sort, given=request.GET),
        "is_flat": is_flat,
        "flat_url": with_parameters(request.GET, flat=None if is_flat else "1"),
        "export_url": export_url(request, "aspects_export"),
    }
    return render_page(
        request, "insight/aspects.html", context, parts={"aspect-table": "insight/_aspect_rows.html"}
    )


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def aspects_export(request: HttpRequest) -> HttpResponseBase:
    """The list of aspects as a file, in the order of the page."""
    state = read_state(request)
    with closing(open_facts()) as connection:
        found = read_scores(connection, state=state)
    sort = read_sort(request.GET.get("sort", ""), columns=COLUMNS, default=HARM_FIRST)
    scores = sort_scores(
        found, by=sort.by, is_descending=sort.is_descending, is_flat=request.GET.get("flat") == "1"
    )
    record_event("aspects.exported", by=actor_of(request), details={"rows": len(scores)})
    return stream_table(
        request,
        name="zhiyin-aspects",
        columns=_export_columns(),
        rows=_export_rows(scores),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(scores),
    )


def open_facts() -> duckdb.DuckDBPyConnection:
    """The lake with voices, opinions and replies (which filters may ask for); close it after use."""
    return open_lake().connect("feedback", "opinions", "replies")


def export_url(request: HttpRequest, name: str, *args: str) -> str:
    """Address of a file in the state of this page; empty for who may not have it."""
    if not visitor_of(request).may(Permission.FEEDBACK_EXPORT):
        return ""
    return reverse(name, args=args) + with_parameters(request.GET, page=None)


def _export_columns() -> list[str]:
    return [
        *(_("Aspect id"), _("Aspect"), _("Level"), _("Above it"), _("Voices"), _("Unhappy")),
        *(_("Unhappy, share of all voices"), _("Mentions"), _("Positive mentions"), _("Negative mentions")),
        *(_("Net sentiment"), _("Net sentiment, low"), _("Net sentiment, high")),
        *(_("Change"), _("Verdict on the change"), _("Rating of the unhappy"), _("Ratings"), _("Harm")),
    ]


def _export_rows(scores: list[AspectScore]) -> Iterator[list[Cell]]:
    for score in scores:
        net, change = score.net_sentiment, score.net_sentiment.change
        yield [
            *(score.node.id, score.node.name, score.node.level, score.node.parent or ""),
            *(score.n_voices, score.n_unhappy, score.share.value),
            *(score.n_mentions, score.n_positive, score.n_negative, net.value, net.low, net.high),
            *(change.value if change else None, verdict_name(change.verdict) if change else None),
            *(score.stars.value, score.stars.n, score.harm),
        ]
