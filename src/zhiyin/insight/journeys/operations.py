"""What the buttons of the editor ask for, as changes of a map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.journeys import editing
from zhiyin.insight.journeys.document import JourneyDocument, Touchpoint
from zhiyin.insight.journeys.services import Change

Posted = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One change; `code` and `about` tell of it, `anchor` is the part of the page to look at afterwards."""

    change: Change
    code: str
    about: str
    anchor: str = ""


def read_operation(posted: Posted, *, document: JourneyDocument) -> Operation:
    """The change that the form asks for.

    Raises:
        InvalidInput: there is no such change. NotFound: it is about a part that is gone.
    """
    read = _READ.get(posted.get("do", ""))
    if read is None:
        raise InvalidInput("There is no such change.", field="do")
    return read(posted, document)


def _add_stage(posted: Posted, _document: JourneyDocument) -> Operation:
    made, name = editing.make_id("s"), posted.get("name", "")
    return Operation(
        change=lambda one: editing.add_stage(one, name=name, stage_id=made),
        code="stage_added",
        about=name.strip(),
        anchor=made,
    )


def _change_stage(posted: Posted, _document: JourneyDocument) -> Operation:
    part, name, aim = posted.get("part", ""), posted.get("name", ""), posted.get("aim", "")[:2000]
    return Operation(
        change=lambda one: editing.change_stage(one, part, name=name, aim=aim),
        code="stage_changed",
        about=name.strip(),
        anchor=part,
    )


def _move_stage(posted: Posted, document: JourneyDocument) -> Operation:
    part, to = posted.get("part", ""), _direction(posted)
    return Operation(
        change=lambda one: editing.move_stage(one, part, to=to),
        code="stage_moved",
        about=_stage_name(document, part),
        anchor=part,
    )


def _delete_stage(posted: Posted, document: JourneyDocument) -> Operation:
    part = posted.get("part", "")
    return Operation(
        change=lambda one: editing.delete_stage(one, part),
        code="stage_deleted",
        about=_stage_name(document, part),
    )


def _add_touchpoint(posted: Posted, _document: JourneyDocument) -> Operation:
    part, name = posted.get("part", ""), editing.clean_name(posted.get("name", ""))
    made = Touchpoint(id=editing.make_id("t"), name=name)
    return Operation(
        change=lambda one: editing.add_touchpoint(one, part, touchpoint=made),
        code="touchpoint_added",
        about=name,
        anchor=made.id,
    )


def _move_touchpoint(posted: Posted, document: JourneyDocument) -> Operation:
    part, to = posted.get("part", ""), _direction(posted)
    return Operation(
        change=lambda one: editing.move_touchpoint(one, part, to=to),
        code="touchpoint_moved",
        about=_touchpoint_name(document, part),
        anchor=part,
    )


def _delete_touchpoint(posted: Posted, document: JourneyDocument) -> Operation:
    part = posted.get("part", "")
    return Operation(
        change=lambda one: editing.delete_touchpoint(one, part),
        code="touchpoint_deleted",
        about=_touchpoint_name(document, part),
    )


def _delete_persona(posted: Posted, document: JourneyDocument) -> Operation:
    part = posted.get("part", "")
    persona = document.find_persona(part)
    return Operation(
        change=lambda one: editing.delete_persona(one, part),
        code="persona_deleted",
        about=persona.name if persona else "",
    )


_READ: Mapping[str, Callable[[Posted, JourneyDocument], Operation]] = {
    "add_stage": _add_stage,
    "change_stage": _change_stage,
    "move_stage": _move_stage,
    "delete_stage": _delete_stage,
    "add_touchpoint": _add_touchpoint,
    "move_touchpoint": _move_touchpoint,
    "delete_touchpoint": _delete_touchpoint,
    "delete_persona": _delete_persona,
}


def _direction(posted: Posted) -> editing.Direction:
    return "earlier" if posted.get("to") == "earlier" else "later"


def _stage_name(document: JourneyDocument, stage_id: str) -> str:
    found = next((one for one in document.stages if one.id == stage_id), None)
    if found is None:
        raise NotFound("There is no such stage in the map.")
    return found.name


def _touchpoint_name(document: JourneyDocument, touchpoint_id: str) -> str:
    found = document.find_touchpoint(touchpoint_id)
    if found is None:
        raise NotFound("There is no such touchpoint in the map.")
    return found.name
