"""The reading API of this room: voices, channels, units."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from weakref import WeakSet

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from zhiyin.engine import open_engine
from zhiyin.engine.protocols import Lake
from zhiyin.listen.http.documents import answers_with
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.listen.queries import (
    ChannelOut,
    FeedbackDetail,
    FeedbackFilter,
    FeedbackPage,
    get_feedback,
    list_channels,
    list_feedback,
)
from zhiyin.listen.records.api import router as records_router
from zhiyin.listen.validation import LOCAL_ZONE
from zhiyin.people.access import scope_of
from zhiyin.people.errors import UnitNotFound
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries.units import find_unit_by_code, list_subtree_ids, list_units
from zhiyin.people.scope import Scope

router = Router(tags=["listen"])
router.add_router("/records", records_router)


class UnitOut(msgspec.Struct, frozen=True, kw_only=True):
    """A node of the organisation; `parent_id` is None at the root or where the parent is not visible."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    needs_review: bool


@router.get("/feedback", openapi_extra=answers_with(FeedbackPage), summary="List voices")
@requires(Permission.FEEDBACK_READ)
def list_voices(
    request: HttpRequest,
    since: Annotated[datetime | None, Query(description="Said at or after this time.")] = None,
    until: Annotated[datetime | None, Query(description="Said before this time.")] = None,
    channel: Annotated[str | None, Query(description="Code of a channel.")] = None,
    unit: Annotated[str | None, Query(description="Code of a unit; those below it count too.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
) -> HttpResponse:
    """Current voices, the latest first, a page at a time. Times without a zone are Beijing's."""
    scope = scope_of(request)
    wanted = FeedbackFilter(
        since=with_zone(since),
        until=with_zone(until),
        channel=channel,
        unit_ids=unit_ids_of(unit, scope=scope),
    )
    return answer(list_feedback(open_lake(), scope=scope, wanted=wanted, limit=limit, cursor=cursor))


@router.get("/feedback/{feedback_id}", openapi_extra=answers_with(FeedbackDetail), summary="Get a voice")
@requires(Permission.FEEDBACK_READ)
def get_voice(request: HttpRequest, feedback_id: str) -> HttpResponse:
    """One voice with its opinions, the company's reply, and its versions."""
    return answer(get_feedback(open_lake(), feedback_id=feedback_id, scope=scope_of(request)))


@router.get("/channels", openapi_extra=answers_with(list[ChannelOut]), summary="List channels")
@requires(Permission.FEEDBACK_READ)
def list_all_channels(request: HttpRequest) -> HttpResponse:
    """Every channel by code."""
    return answer(list_channels())


@router.get("/units", openapi_extra=answers_with(list[UnitOut]), summary="List units")
@requires(Permission.FEEDBACK_READ)
def list_visible_units(request: HttpRequest) -> HttpResponse:
    """The units that the asker may see, each after the one above it."""
    units = list_units(scope=scope_of(request))
    visible = {unit.pk for unit in units}
    return answer(
        [
            UnitOut(
                id=unit.pk,
                code=unit.code,
                name=unit.name,
                kind=unit.kind,
                parent_id=unit.parent_id if unit.parent_id in visible else None,
                needs_review=unit.needs_review,
            )
            for unit in units
        ]
    )


def answer(body: object) -> HttpResponse:
    """The body as JSON."""
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")


def with_zone(moment: datetime | None) -> datetime | None:
    """The time; Beijing's where it names no zone."""
    return moment.replace(tzinfo=LOCAL_ZONE) if moment is not None and moment.tzinfo is None else moment


def unit_ids_of(code: str | None, *, scope: Scope) -> frozenset[int] | None:
    """The unit of that code and all below it; None for no code.

    Raises:
        UnitNotFound: there is none, or none that the asker may see.
    """
    if not code:
        return None
    unit = find_unit_by_code(code)
    if unit is None or not scope.allows(unit.pk):
        raise UnitNotFound("There is no such org unit.", next_step="See /v1/units.")
    return frozenset(list_subtree_ids(unit.pk))


# Held weakly: a number alone would be given to another lake once this one is gone.
_ready: WeakSet[Lake] = WeakSet()


def open_lake() -> Lake:
    """The lake of this installation, with its tables, also before the first voice came."""
    lake = open_engine(settings.HOME).lake
    if lake not in _ready:
        create_tables(lake)
        _ready.add(lake)
    return lake
