"""The definition of a segment: a tree of groups and conditions, as JSON has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from zhiyin.errors import InvalidInput

MAX_DEPTH = 5
MAX_CONDITIONS = 50
MAX_DAYS = 36_500
MAX_WORDS = 200
_MOST = 1e12

Op = Literal["all", "any", "none"]
Amount = Literal["at_least", "fewer_than"]
Bound = Literal["at_least", "at_most"]
FigureColumn = Literal[
    "n_voices",
    "n_negative",
    "n_complaints",
    "n_purchases",
    "amount_total",
    "amount_year",
    "n_contacts",
    "n_unresolved",
    "n_visits",
    "stars_mean",
    "sentiment_mean",
    "tenure_days",
    "rfm_recency",
    "rfm_frequency",
    "rfm_money",
]
LastWhat = Literal["anything", "voice", "purchase", "contact", "complaint", "visit"]
Polarity = Literal["", "positive", "negative", "neutral"]
Sentiment = Literal["", "positive", "negative", "neutral", "mixed"]


class Part(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="is", omit_defaults=True
):
    """A node of the tree. Empty words mean any, `days` None means ever."""


class Figure(Part, frozen=True, tag="figure"):
    """A figure of the customer is at least, or at most, a value."""

    column: FigureColumn
    compare: Bound
    value: float


class Last(Part, frozen=True, tag="last"):
    """The last time of something lies at least, or at most, so many days back; `or_never` counts too."""

    what: LastWhat
    compare: Bound
    days: int
    or_never: bool = False


class Spoke(Part, frozen=True, tag="spoke"):
    """Opinions about an aspect."""

    aspect: str = ""
    polarity: Polarity = ""
    compare: Amount = "at_least"
    n: int = 1
    days: int | None = None


class Wrote(Part, frozen=True, tag="wrote"):
    """Voices."""

    sentiment: Sentiment = ""
    intent: str = ""
    channel: str = ""
    product: str = ""
    compare: Amount = "at_least"
    n: int = 1
    days: int | None = None


class Rated(Part, frozen=True, tag="rated"):
    """At least one rating, in stars (1 to 5) or as a recommendation (0 to 10), up to or from a value."""

    scale: Literal["stars", "nps"]
    compare: Bound
    value: float
    days: int | None = None


class Bought(Part, frozen=True, tag="bought"):
    """Orders by their number, or the money spent on them."""

    product: str = ""
    channel: str = ""
    measure: Literal["times", "amount"] = "times"
    compare: Amount = "at_least"
    n: float = 1
    days: int | None = None


class Contacted(Part, frozen=True, tag="contacted"):
    """Calls, chats and visits."""

    channel: str = ""
    is_unresolved: bool = False
    compare: Amount = "at_least"
    n: int = 1
    days: int | None = None


class Visited(Part, frozen=True, tag="visited"):
    """Visits, of the customer to us or of ours to the customer."""

    purpose: str = ""
    channel: str = ""
    compare: Amount = "at_least"
    n: int = 1
    days: int | None = None


class Did(Part, frozen=True, tag="did"):
    """Events of the website or the app, by name."""

    name: str
    compare: Amount = "at_least"
    n: int = 1
    days: int | None = None


class Owns(Part, frozen=True, tag="owns"):
    """Owns a product; `warranty_days`: whose warranty ends within so many days from now."""

    product: str = ""
    warranty_days: int | None = None


class SeenAt(Part, frozen=True, tag="seen_at"):
    """Was seen at a unit, by its code, or at one below it."""

    unit: str


class Trait(Part, frozen=True, tag="trait"):
    """Something that a source told of the customer. Numbers are compared as numbers."""

    name: str
    compare: Literal["is", "is_not", "contains", "at_least", "at_most", "is_known"] = "is"
    value: str = ""


class Group(Part, frozen=True, tag="group"):
    """All of the parts hold, any of them, or none of them. A group without parts asks for nothing."""

    op: Op
    parts: list[
        Figure
        | Last
        | Spoke
        | Wrote
        | Rated
        | Bought
        | Contacted
        | Visited
        | Did
        | Owns
        | SeenAt
        | Trait
        | Group
    ] = []


Condition = Figure | Last | Spoke | Wrote | Rated | Bought | Contacted | Visited | Did | Owns | SeenAt | Trait
Node = Condition | Group
CONDITIONS: dict[str, type[Condition]] = {
    str(one.__struct_config__.tag): one
    for one in (Spoke, Wrote, Rated, Bought, Contacted, Visited, Last, Figure, Did, Owns, SeenAt, Trait)
}
"""The kinds of conditions, in the order in which they are offered."""


def read_definition(content: object) -> Group:
    """The definition that JSON, already read, holds.

    Raises:
        InvalidInput: it is none; names the place and what is wrong with it.
    """
    try:
        found = msgspec.convert(content, Group)
    except (msgspec.ValidationError, RecursionError) as error:
        raise InvalidInput(
            f"This is no definition of a segment: {error}",
            next_step='Send for example {"is": "group", "op": "all", "parts": [{"is": "spoke", "n": 2}]}.',
            field="definition",
        ) from None
    check_definition(found)
    return found


def write_definition(definition: Group) -> object:
    """The definition as what JSON is made of."""
    return msgspec.to_builtins(definition)


def check_definition(definition: Group) -> None:
    """Check what the types alone do not say.

    Raises:
        InvalidInput: names the place, counted from 1, and what is wrong with it.
    """
    n_conditions = 0
    for place, node in walk(definition):
        if isinstance(node, Group):
            if len(place) >= MAX_DEPTH:
                raise InvalidInput(f"Groups stand at most {MAX_DEPTH} deep.", field="definition")
            continue
        n_conditions += 1
        for field, reason in list_faults(node):
            named = ".".join(str(one + 1) for one in place)
            raise InvalidInput(f"Condition {named}, field {field}: {reason}", field="definition")
    if not 0 < n_conditions <= MAX_CONDITIONS:
        raise InvalidInput(
            f"A segment has 1 to {MAX_CONDITIONS} conditions, not {n_conditions}.", field="definition"
        )


def walk(node: Node, place: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Node]]:
    """Every node with its place: the positions from the root on."""
    yield place, node
    if isinstance(node, Group):
        for position, part in enumerate(node.parts):
            yield from walk(part, (*place, position))


def list_faults(condition: Condition) -> list[tuple[str, str]]:
    """Field and reason, for values that no condition of its kind can have."""
    faults = []
    needs = {"did": "name", "seen_at": "unit", "trait": "name"}.get(kind_of(condition))
    for name in condition.__struct_fields__:
        value = getattr(condition, name)
        if isinstance(value, str) and len(value) > MAX_WORDS:
            faults.append((name, f"at most {MAX_WORDS} signs"))
        elif name == needs and not value.strip():
            faults.append((name, "is needed"))
        elif name in ("days", "warranty_days") and value is not None and not 0 < value <= MAX_DAYS:
            faults.append((name, f"1 to {MAX_DAYS} days"))
        elif name in ("n", "value") and isinstance(value, int | float) and not _is_amount(name, value):
            faults.append((name, "a number above 0" if name == "n" else "a finite number"))
    if isinstance(condition, Trait) and condition.compare != "is_known" and not condition.value.strip():
        faults.append(("value", "is needed"))
    if isinstance(condition, Trait) and condition.compare in ("at_least", "at_most"):
        try:
            float(condition.value)
        except ValueError:
            faults.append(("value", "a number"))
    return faults


def _is_amount(name: str, value: float) -> bool:
    return (0 < value <= _MOST) if name == "n" else abs(value) <= _MOST  # NaN is neither


def kind_of(condition: Condition) -> str:
    """The word by which JSON names the kind."""
    return str(condition.__struct_config__.tag)
