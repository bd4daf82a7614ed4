"""The reading API of this room: the first board."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from zhiyin.insight.board import Board
from zhiyin.insight.measures.api import router as measures_router
from zhiyin.insight.queries import get_board
from zhiyin.insight.selection import VoiceFilter
from zhiyin.listen.api import answer, open_lake, unit_ids_of, with_zone
from zhiyin.listen.http.documents import answers_with
from zhiyin.people.access import scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries.units import unit_names

router = Router(tags=["insight"])
router.add_router("", measures_router)


@router.get("/summary", openapi_extra=answers_with(Board), summary="Summarise voices")
@requires(Permission.SUMMARY_READ)
def summarise(
    request: HttpRequest,
    since: Annotated[datetime | None, Query(description="Said at or after this time.")] = None,
    until: Annotated[datetime | None, Query(description="Said before this time.")] = None,
    channel: Annotated[list[str] | None, Query(description="Codes of channels; repeatable.")] = None,
    unit: Annotated[str | None, Query(description="Code of a unit; those below it count too.")] = None,
    include_excluded: Annotated[
        bool, Query(description="Count duplicates, spam, solicited voices and those off the subject too.")
    ] = False,
) -> HttpResponse:
    """What people are unhappy about, where and why. Times without a zone are Beijing's."""
    scope = scope_of(request)
    wanted = VoiceFilter(
        since=with_zone(since),
        until=with_zone(until),
        unit_ids=unit_ids_of(unit, scope=scope),
        channels=frozenset(channel or ()),
        include_excluded=include_excluded,
    )
    with open_lake().connect("feedback", "opinions", "replies") as connection:
        board = get_board(connection, scope=scope, filter=wanted, unit_names=unit_names(scope=scope))
    return answer(board)
