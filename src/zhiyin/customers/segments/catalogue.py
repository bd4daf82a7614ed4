"""The kinds of conditions as people see them: names, fields, what may be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

FieldType = Literal[
    "choice", "number", "text", "check", "aspect", "channel", "way", "product", "unit", "event", "trait"
]
ANY = _("Any")

POLARITIES: Mapping[str, StrPromise] = {
    "negative": _("Negative"),
    "positive": _("Positive"),
    "neutral": _("Neutral"),
}
SENTIMENTS: Mapping[str, StrPromise] = {**POLARITIES, "mixed": _("Mixed")}
INTENTS: Mapping[str, StrPromise] = {
    "complaint": _("Complaint"),
    "praise": _("Praise"),
    "suggestion": _("Suggestion"),
    "question": _("Asks a question"),
    "request_help": _("Request for help"),
    "threat_to_expose": _("Threat to go public"),
    "purchase_interest": _("Interest in buying"),
    "cancel": _("Wants to cancel"),
}
AMOUNTS: Mapping[str, StrPromise] = {"at_least": _("At least"), "fewer_than": _("Fewer than")}
BOUNDS: Mapping[str, StrPromise] = {"at_least": _("At least"), "at_most": _("At most")}
FIGURES: Mapping[str, StrPromise] = {
    "amount_year": _("Money spent in 12 months"),
    "amount_total": _("Money spent in all"),
    "n_purchases": _("Number of orders"),
    "n_voices": _("Number of voices"),
    "n_negative": _("Number of negative voices"),
    "n_complaints": _("Number of complaints"),
    "n_contacts": _("Number of contacts"),
    "n_unresolved": _("Contacts without a solution"),
    "n_visits": _("Number of visits"),
    "stars_mean": _("Average stars"),
    "sentiment_mean": _("Average mood (−1 to 1)"),
    "tenure_days": _("Days since first seen"),
    "rfm_recency": _("Recency score (1 to 5)"),
    "rfm_frequency": _("Frequency score (1 to 5)"),
    "rfm_money": _("Money score (1 to 5)"),
}
LASTS: Mapping[str, StrPromise] = {
    "voice": _("Last time they spoke"),
    "purchase": _("Last order"),
    "contact": _("Last contact"),
    "complaint": _("Last complaint"),
    "visit": _("Last visit"),
    "anything": _("Last seen"),
}
TRAIT_COMPARES: Mapping[str, StrPromise] = {
    "is": _("Is"),
    "is_not": _("Is not"),
    "contains": _("Contains"),
    "at_least": _("At least"),
    "at_most": _("At most"),
    "is_known": _("Is known"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a condition. `choices` are those of a choice; `is_needed`: it may not be empty.

    A `channel` is one of those by which customers speak, a `way` whatever orders and contacts name so.
    """

    name: str
    label: StrPromise
    type: FieldType = "text"
    choices: Mapping[str, StrPromise] | None = None
    default: str = ""
    is_needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of condition."""

    name: StrPromise
    fields: Sequence[Field]


_TIMES = (
    Field(name="compare", label=_("How often"), type="choice", choices=AMOUNTS, default="at_least"),
    Field(name="n", label=_("Times"), type="number", default="1", is_needed=True),
)
_DAYS = Field(name="days", label=_("In the last … days (empty: ever)"), type="number")
_PRODUCT = Field(name="product", label=_("Product"), type="product")
_CHANNEL = Field(name="channel", label=_("Channel"), type="channel")
_WAY = Field(name="channel", label=_("Channel"), type="way")
_BOUND = Field(name="compare", label=_("How much"), type="choice", choices=BOUNDS, default="at_least")
_VALUE = Field(name="value", label=_("To this value"), type="number", is_needed=True)

KINDS: Mapping[str, Kind] = {
    "spoke": Kind(
        name=_("Spoke about something"),
        fields=(
            Field(name="aspect", label=_("Aspect"), type="aspect"),
            Field(name="polarity", label=_("Opinion"), type="choice", choices=POLARITIES),
            *_TIMES,
            _DAYS,
        ),
    ),
    "wrote": Kind(
        name=_("Left a voice"),
        fields=(
            Field(name="sentiment", label=_("Mood of the voice"), type="choice", choices=SENTIMENTS),
            Field(name="intent", label=_("What for"), type="choice", choices=INTENTS),
            _CHANNEL,
            _PRODUCT,
            *_TIMES,
            _DAYS,
        ),
    ),
    "rated": Kind(
        name=_("Gave a rating"),
        fields=(
            Field(
                name="scale",
                label=_("Scale"),
                type="choice",
                choices={"stars": _("Stars (1 to 5)"), "nps": _("Recommendation (0 to 10)")},
                default="nps",
                is_needed=True,
            ),
            Field(name="compare", label=_("How much"), type="choice", choices=BOUNDS, default="at_most"),
            _VALUE,
            _DAYS,
        ),
    ),
    "bought": Kind(
        name=_("Bought"),
        fields=(
            _PRODUCT,
            _WAY,
            Field(
                name="measure",
                label=_("Count"),
                type="choice",
                choices={"times": _("Orders"), "amount": _("Money")},
                default="times",
                is_needed=True,
            ),
            Field(name="compare", label=_("How much"), type="choice", choices=AMOUNTS, default="at_least"),
            Field(name="n", label=_("Orders or money"), type="number", default="1", is_needed=True),
            _DAYS,
        ),
    ),
    "contacted": Kind(
        name=_("Called, chatted or came"),
        fields=(
            _WAY,
            Field(name="is_unresolved", label=_("Only without a solution"), type="check"),
            *_TIMES,
            _DAYS,
        ),
    ),
    "visited": Kind(
        name=_("Had a visit, with us or at home"),
        fields=(Field(name="purpose", label=_("Purpose of the visit")), _WAY, *_TIMES, _DAYS),
    ),
    "last": Kind(
        name=_("How long ago"),
        fields=(
            Field(
                name="what", label=_("Which"), type="choice", choices=LASTS, default="contact", is_needed=True
            ),
            _BOUND,
            Field(name="days", label=_("Days ago"), type="number", default="90", is_needed=True),
            Field(name="or_never", label=_("Or never at all"), type="check"),
        ),
    ),
    "figure": Kind(
        name=_("Figure of the customer"),
        fields=(
            Field(
                name="column",
                label=_("Figure"),
                type="choice",
                choices=FIGURES,
                default="amount_year",
                is_needed=True,
            ),
            _BOUND,
            _VALUE,
        ),
    ),
    "did": Kind(
        name=_("Did something on the website or in the app"),
        fields=(
            Field(name="name", label=_("Name of the event"), type="event", is_needed=True),
            *_TIMES,
            _DAYS,
        ),
    ),
    "owns": Kind(
        name=_("Owns a product"),
        fields=(
            _PRODUCT,
            Field(
                name="warranty_days",
                label=_("Warranty ends within … days (empty: no matter)"),
                type="number",
            ),
        ),
    ),
    "seen_at": Kind(
        name=_("Was seen at a unit"),
        fields=(Field(name="unit", label=_("Unit"), type="unit", is_needed=True),),
    ),
    "trait": Kind(
        name=_("What is told of the customer"),
        fields=(
            Field(name="name", label=_("Trait"), type="trait", is_needed=True),
            Field(name="compare", label=_("Comparison"), type="choice", choices=TRAIT_COMPARES, default="is"),
            Field(name="value", label=_("To this value"), type="text"),
        ),
    ),
}
"""By the word of the definition, in the order in which they are offered."""

OPS: Mapping[str, StrPromise] = {
    "all": _("All of these hold"),
    "any": _("At least one holds"),
    "none": _("None of these holds"),
}
