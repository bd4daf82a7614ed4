"""The map as one document: what is stored, exported and imported, and the schema of that format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field

from zhiyin.errors import InvalidInput

FORMAT: Literal["zhiyin.journey/1"] = "zhiyin.journey/1"
SCHEMA_ID = "urn:zhiyin:journey:1"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"

Id = Annotated[str, Meta(pattern=r"^[a-z0-9_-]{1,40}$", description="Unique within the map.")]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Text = Annotated[str, Meta(max_length=2000)]
Code = Annotated[str, Meta(min_length=1, max_length=200)]
Codes = Annotated[tuple[Code, ...], Meta(max_length=50)]
Hours = Annotated[tuple[Annotated[int, Meta(ge=0, le=23)], ...], Meta(max_length=24)]
Stars = Annotated[tuple[Annotated[int, Meta(ge=1, le=5)], ...], Meta(max_length=5)]
Emotion = Annotated[
    float, Meta(ge=-2, le=2, description="−2 very bad, −1 bad, 0 neither, 1 good, 2 very good.")
]


class Facts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which voices belong to a touchpoint. Values of one list are alternatives, lists hold together.

    An aspect stands for all below it; hours are those of the reader's clock.
    """

    touchpoints: Codes = ()
    channels: Codes = ()
    products: Codes = ()
    aspects: Codes = ()
    hours: Hours = ()

    @property
    def is_empty(self) -> bool:
        """Whether it names nothing: then no voice belongs, rather than every voice."""
        return not any((self.touchpoints, self.channels, self.products, self.aspects, self.hours))


class Traits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which voices a persona's customers say. Values of one list are alternatives, lists hold together."""

    channels: Codes = ()
    products: Codes = ()
    aspects: Codes = ()
    intents: Codes = ()
    emotions: Codes = ()
    needs_unmet: Codes = ()
    needs_met: Codes = ()
    signals: Codes = ()
    stars: Stars = ()
    hours: Hours = ()

    @property
    def is_empty(self) -> bool:
        """Whether it names nothing: then the persona is drawn, but not measured."""
        return not any(getattr(self, name) for name in self.__struct_fields__)


class Persona(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of customer; `found_in` says how it came about: set by people, or found in voices."""

    id: Id
    name: Name
    description: Text = ""
    traits: Traits = Traits()
    found_in: Literal["people", "voices"] = "people"


class Owner(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who looks after a touchpoint: the name of an account, or words; or both."""

    account: Annotated[str, Meta(max_length=150)] = ""
    name: Annotated[str, Meta(max_length=80)] = ""


class Touchpoint(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where customer and company meet: what each side does, who owns it, and which voices tell of it.

    `media` are codes of channels or words for other means; `wanted_emotion` is the designed curve.
    """

    id: Id
    name: Name
    facts: Facts = Facts()
    media: Codes = ()
    owner: Owner = Owner()
    time: Text = ""
    scene: Text = ""
    does: Text = ""
    thinks: Text = ""
    says: Text = ""
    front_stage: Text = ""
    back_stage: Text = ""
    wanted_emotion: Emotion | None = None
    evidence: Text = ""


class Stage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of the way, with its touchpoints in order."""

    id: Id
    name: Name
    aim: Text = ""
    touchpoints: Annotated[tuple[Touchpoint, ...], Meta(max_length=30)] = ()


class JourneyDocument(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A journey map: personas, and stages in order."""

    format: Literal["zhiyin.journey/1"]
    name: Name
    description: Text = ""
    language: Literal["zh", "en"] = "zh"
    personas: Annotated[tuple[Persona, ...], Meta(max_length=12)] = ()
    stages: Annotated[tuple[Stage, ...], Meta(max_length=20)] = field(default=())

    def touchpoints(self) -> Iterator[tuple[Stage, Touchpoint]]:
        """Every touchpoint with its stage, in order."""
        return ((stage, one) for stage in self.stages for one in stage.touchpoints)

    def find_touchpoint(self, touchpoint_id: str) -> Touchpoint | None:
        """The touchpoint of that id."""
        return next((one for _stage, one in self.touchpoints() if one.id == touchpoint_id), None)

    def find_persona(self, persona_id: str) -> Persona | None:
        """The persona of that id."""
        return next((one for one in self.personas if one.id == persona_id), None)


def read_document(data: bytes | str) -> JourneyDocument:
    """The map in this JSON.

    Raises:
        InvalidInput: it is no map of this format; the message names the place in it.
    """
    try:
        found = msgspec.json.decode(data, type=JourneyDocument)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{error}.", field="file") from None
    if b"\\u0000" in msgspec.json.encode(found):  # databases do not take it
        raise InvalidInput("A text of a journey map holds no sign 0.", field="file")
    _check_ids(found)
    return found


def _check_ids(document: JourneyDocument) -> None:
    ids = [one.id for one in document.stages] + [one.id for _stage, one in document.touchpoints()]
    for kind, given in (("stages and touchpoints", ids), ("personas", [one.id for one in document.personas])):
        twice = sorted({one for one in given if given.count(one) > 1})
        if twice:
            raise InvalidInput(f"The id {twice[0]} stands twice among {kind}.", field="file")


def write_document(document: JourneyDocument) -> bytes:
    """The map as JSON, every field written, two spaces of indent; the same bytes for the same map."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def make_schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of the format."""
    made = msgspec.json.schema(JourneyDocument)
    return {"$schema": _DIALECT, "$id": SCHEMA_ID, "title": "Zhiyin journey map", **made}
