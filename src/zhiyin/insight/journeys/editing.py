"""Changes to a map as functions from one document to the next; nothing is stored here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar
from uuid import uuid4

from msgspec.structs import replace

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.journeys.document import JourneyDocument, Persona, Stage, Touchpoint

MAX_NAME = 80
MAX_STAGES, MAX_TOUCHPOINTS, MAX_PERSONAS = 20, 30, 12
Direction = Literal["earlier", "later"]
_T = TypeVar("_T", Stage, Touchpoint, Persona)


def make_id(kind: Literal["s", "t", "p"]) -> str:
    """A new id that no map has."""
    return f"{kind}-{uuid4().hex[:10]}"


def clean_name(text: str) -> str:
    """The name without doubled spaces.

    Raises:
        InvalidInput: nothing is left, or too much.
    """
    name = " ".join(text.replace("\0", "").split())
    if not name or len(name) > MAX_NAME:
        raise InvalidInput(f"Give it a name of 1 to {MAX_NAME} signs.", field="name")
    return name


def add_stage(document: JourneyDocument, *, name: str, stage_id: str) -> JourneyDocument:
    """With one more stage at the end.

    Raises:
        InvalidInput: no name, or too many stages.
    """
    if len(document.stages) >= MAX_STAGES:
        raise InvalidInput(f"A map has at most {MAX_STAGES} stages.", field="name")
    return replace(document, stages=(*document.stages, Stage(id=stage_id, name=clean_name(name))))


def change_stage(document: JourneyDocument, stage_id: str, *, name: str, aim: str) -> JourneyDocument:
    """With this name and aim of the stage.

    Raises:
        NotFound, InvalidInput: no such stage; no name.
    """
    return _on_stage(document, stage_id, lambda one: replace(one, name=clean_name(name), aim=aim.strip()))


def move_stage(document: JourneyDocument, stage_id: str, *, to: Direction) -> JourneyDocument:
    """With the stage one place earlier or later; the same at the end of the row.

    Raises:
        NotFound: no such stage.
    """
    place = _place(document.stages, stage_id)
    return replace(document, stages=_swapped(document.stages, place, to=to))


def delete_stage(document: JourneyDocument, stage_id: str) -> JourneyDocument:
    """Without the stage and its touchpoints.

    Raises:
        NotFound: no such stage.
    """
    place = _place(document.stages, stage_id)
    return replace(document, stages=(*document.stages[:place], *document.stages[place + 1 :]))


def add_touchpoint(document: JourneyDocument, stage_id: str, *, touchpoint: Touchpoint) -> JourneyDocument:
    """With one more touchpoint at the end of the stage.

    Raises:
        NotFound, InvalidInput: no such stage; too many touchpoints.
    """

    def add(stage: Stage) -> Stage:
        if len(stage.touchpoints) >= MAX_TOUCHPOINTS:
            raise InvalidInput(f"A stage has at most {MAX_TOUCHPOINTS} touchpoints.", field="name")
        return replace(stage, touchpoints=(*stage.touchpoints, touchpoint))

    return _on_stage(document, stage_id, add)


def change_touchpoint(document: JourneyDocument, *, touchpoint: Touchpoint) -> JourneyDocument:
    """With this touchpoint in the place of the one with its id.

    Raises:
        NotFound: no such touchpoint.
    """
    stage, place = _find(document, touchpoint.id)
    row = stage.touchpoints
    changed = (*row[:place], touchpoint, *row[place + 1 :])
    return _on_stage(document, stage.id, lambda one: replace(one, touchpoints=changed))


def move_touchpoint(document: JourneyDocument, touchpoint_id: str, *, to: Direction) -> JourneyDocument:
    """One place earlier or later; from the end of a stage into the next stage.

    Raises:
        NotFound, InvalidInput: no such touchpoint; the next stage is full.
    """
    stage, place = _find(document, touchpoint_id)
    is_at_end = place == (0 if to == "earlier" else len(stage.touchpoints) - 1)
    if not is_at_end:
        row = _swapped(stage.touchpoints, place, to=to)
        return _on_stage(document, stage.id, lambda one: replace(one, touchpoints=row))
    beside = _place(document.stages, stage.id) + (-1 if to == "earlier" else 1)
    if not 0 <= beside < len(document.stages):
        return document
    return _handed_over(
        document, stage.touchpoints[place], to=document.stages[beside], is_first=to == "later"
    )


def _handed_over(
    document: JourneyDocument, touchpoint: Touchpoint, *, to: Stage, is_first: bool
) -> JourneyDocument:
    if len(to.touchpoints) >= MAX_TOUCHPOINTS:
        raise InvalidInput(f"A stage has at most {MAX_TOUCHPOINTS} touchpoints.", field="name")
    row = (touchpoint, *to.touchpoints) if is_first else (*to.touchpoints, touchpoint)
    less = delete_touchpoint(document, touchpoint.id)
    return _on_stage(less, to.id, lambda one: replace(one, touchpoints=row))


def delete_touchpoint(document: JourneyDocument, touchpoint_id: str) -> JourneyDocument:
    """Without the touchpoint.

    Raises:
        NotFound: no such touchpoint.
    """
    stage, place = _find(document, touchpoint_id)
    row = (*stage.touchpoints[:place], *stage.touchpoints[place + 1 :])
    return _on_stage(document, stage.id, lambda one: replace(one, touchpoints=row))


def put_persona(document: JourneyDocument, *, persona: Persona) -> JourneyDocument:
    """With this persona in the place of the one with its id, or at the end.

    Raises:
        InvalidInput: too many personas.
    """
    ids = [one.id for one in document.personas]
    if persona.id in ids:
        place = ids.index(persona.id)
        row = (*document.personas[:place], persona, *document.personas[place + 1 :])
        return replace(document, personas=row)
    if len(ids) >= MAX_PERSONAS:
        raise InvalidInput(f"A map has at most {MAX_PERSONAS} personas.", field="name")
    return replace(document, personas=(*document.personas, persona))


def delete_persona(document: JourneyDocument, persona_id: str) -> JourneyDocument:
    """Without the persona.

    Raises:
        NotFound: no such persona.
    """
    place = _place(document.personas, persona_id)
    return replace(document, personas=(*document.personas[:place], *document.personas[place + 1 :]))


def _find(document: JourneyDocument, touchpoint_id: str) -> tuple[Stage, int]:
    for stage in document.stages:
        for place, one in enumerate(stage.touchpoints):
            if one.id == touchpoint_id:
                return stage, place
    raise NotFound("There is no such touchpoint in the map.")


def _place(row: Sequence[_T], wanted: str) -> int:
    for place, one in enumerate(row):
        if one.id == wanted:
            return place
    raise NotFound("There is no such part in the map.")


def _on_stage(document: JourneyDocument, stage_id: str, change: Callable[[Stage], Stage]) -> JourneyDocument:
    place = _place(document.stages, stage_id)
    row = document.stages
    return replace(document, stages=(*row[:place], change(row[place]), *row[place + 1 :]))


def _swapped(row: tuple[_T, ...], place: int, *, to: Direction) -> tuple[_T, ...]:
    other = place + (-1 if to == "earlier" else 1)
    if not 0 <= other < len(row):
        return row
    found = list(row)
    found[place], found[other] = found[other], found[place]
    return tuple(found)
