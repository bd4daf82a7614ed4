"""What understanding returns: the msgspec structs and, beside them, the Arrow schema.

Names are stable; a change of meaning raises `CONTRACT_VERSION`. All offsets are code points,
half-open `[start, end)`, and valid both in the original and in the masked text, because masking
replaces sign by sign and keeps the length.
"""

from __future__ import annotations

from typing import Literal

import msgspec
import pyarrow as pa

CONTRACT_VERSION = 1

SentimentLabel = Literal["positive", "neutral", "negative", "mixed"]
Polarity = Literal["positive", "neutral", "negative"]
Cause = Literal["expectation", "product", "service"]

EMOTIONS = (
    "joy",
    "gratitude",
    "surprise",
    "disappointment",
    "anger",
    "anxiety",
    "sadness",
    "grievance",
    "contempt",
)
INTENTS = (
    "complaint",
    "praise",
    "suggestion",
    "question",
    "request_help",
    "threat_to_expose",
    "purchase_interest",
    "cancel",
)
NEEDS = (
    "relevant",
    "tailored",
    "timely",
    "plain",
    "inviting",
    "lasting",
    "visible_value",
    "expressive",
    "sincere",
    "delightful",
)
SIGNALS = (
    "waited",
    "sent_around",
    "told_again",
    "no_way_to_person",
    "beside_the_point",
    "price_unfair",
    "hidden_charge",
    "competitor_named",
    "staff_named",
    "leaving",
    "returning",
    "recommends",
)
PRIVATE_KINDS = (
    "phone",
    "landline",
    "id_card",
    "bank_card",
    "email",
    "plate",
    "address",
    "wechat",
    "qq",
    "name",
    "order_number",
)


class Private(msgspec.Struct, frozen=True, kw_only=True):
    """One private datum: its kind (of `PRIVATE_KINDS`) and where it stood."""

    kind: str
    start: int
    end: int


class Sentiment(msgspec.Struct, frozen=True, kw_only=True):
    """Sentiment of a whole text; `score` −1 to 1, `confidence` 0 to 1. Null where none can be told."""

    label: SentimentLabel
    score: float
    confidence: float


class Opinion(msgspec.Struct, frozen=True, kw_only=True):
    """One thing spoken of: taxonomy aspect, polarity, the words for thing and judgement, span of both."""

    aspect: str
    aspect_name: str
    polarity: Polarity
    term: str
    opinion: str
    start: int
    end: int
    confidence: float


class Emotion(msgspec.Struct, frozen=True, kw_only=True):
    """One of `EMOTIONS` with its strength, 0 to 1."""

    name: str
    strength: float


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """One of `INTENTS` with its confidence, 0 to 1."""

    name: str
    confidence: float


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """One of the ten human `NEEDS`, met or not."""

    name: str
    met: bool


class Urgency(msgspec.Struct, frozen=True, kw_only=True):
    """0 none, 1 soon, 2 today, 3 now, with the reasons by name."""

    level: int
    reasons: list[str]


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """One of `SIGNALS`; `value` in minutes for `waited`, a count for `sent_around` and `told_again`."""

    kind: str
    value: float | None
    start: int
    end: int


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """Worth of a text. `duplicate_of` is a row of the same batch; `fingerprint` finds copies across batches.

    `fingerprint` is a hash of the folded text, 0 where the text is too short to say. Of
    two texts that nearly agree, of any days, most share one of their four `near_keys` (none where too
    short); `copies.are_near` then tells. `off_subject`: nothing
    is said of anything bought or had.
    """

    duplicate_of: int | None
    fingerprint: int
    near_keys: list[int]
    spam: bool
    solicited: bool
    off_subject: bool
    useful: float


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """What gave the result: `model` as `version@digest` (see `label`), `taxonomy` as `name@version`."""

    model: str
    taxonomy: str


class Understanding(msgspec.Struct, frozen=True, kw_only=True):
    """Everything understood of one text."""

    language: str
    masked_text: str
    private: list[Private]
    sentiment: Sentiment | None
    opinions: list[Opinion]
    emotions: list[Emotion]
    intents: list[Intent]
    cause: Cause | None
    needs: list[Need]
    urgency: Urgency
    signals: list[Signal]
    quality: Quality
    model: Model


def _list_of(**fields: pa.DataType) -> pa.DataType:
    return pa.list_(pa.struct([pa.field(name, kind) for name, kind in fields.items()]))


UNDERSTANDING_SCHEMA = pa.schema(
    [
        ("language", pa.string()),
        ("masked_text", pa.string()),
        ("private", _list_of(kind=pa.string(), start=pa.int32(), end=pa.int32())),
        (
            "sentiment",
            pa.struct([("label", pa.string()), ("score", pa.float32()), ("confidence", pa.float32())]),
        ),
        (
            "opinions",
            _list_of(
                aspect=pa.string(),
                aspect_name=pa.string(),
                polarity=pa.string(),
                term=pa.string(),
                opinion=pa.string(),
                start=pa.int32(),
                end=pa.int32(),
                confidence=pa.float32(),
            ),
        ),
        ("emotions", _list_of(name=pa.string(), strength=pa.float32())),
        ("intents", _list_of(name=pa.string(), confidence=pa.float32())),
        ("cause", pa.string()),
        ("needs", _list_of(name=pa.string(), met=pa.bool_())),
        ("urgency", pa.struct([("level", pa.int8()), ("reasons", pa.list_(pa.string()))])),
        ("signals", _list_of(kind=pa.string(), value=pa.float64(), start=pa.int32(), end=pa.int32())),
        (
            "quality",
            pa.struct(
                [
                    ("duplicate_of", pa.int32()),
                    ("fingerprint", pa.int64()),
                    ("near_keys", pa.list_(pa.int64())),
                    ("spam", pa.bool_()),
                    ("solicited", pa.bool_()),
                    ("off_subject", pa.bool_()),
                    ("useful", pa.float32()),
                ]
            ),
        ),
        ("model", pa.struct([("model", pa.string()), ("taxonomy", pa.string())])),
    ]
)
