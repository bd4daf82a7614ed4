"""Made-up facts in the columns of the lake, drawn by NumPy a day at a time; no text says anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from zhiyin.listen.facts import FEEDBACK, OPINIONS
from zhiyin.understand.contract import EMOTIONS, INTENTS, NEEDS, SIGNALS

N_UNITS = 300
N_DAYS = 400
LAST_DAY = date(2026, 6, 30)
OPINIONS_A_VOICE = 3
CHANNELS = ("review_site", "takeaway", "app_store", "call_centre", "chat", "survey", "store_visit", "social")
N_ASPECTS = 30
_LABELS = ("positive", "neutral", "negative", "mixed")
_POLARITIES = ("positive", "neutral", "negative")
_HEX = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), dtype="S2")
_FIRST_SIGN, _N_SIGNS = 0x4E00, 3000

Random = np.random.Generator
Times = NDArray[np.int64]


def days() -> list[date]:
    """All days that facts are spread over, oldest first."""
    return [LAST_DAY - timedelta(days=back) for back in range(N_DAYS - 1, -1, -1)]


def each_day(*, n_facts: int, seed: int = 1) -> Iterator[tuple[date, pa.Table, pa.Table]]:
    """Day, feedback and opinions of that day; together about `n_facts` rows, a quarter of them voices."""
    n_voices = max(1, n_facts // (1 + OPINIONS_A_VOICE) // N_DAYS)
    for number, day in enumerate(days()):
        random = np.random.default_rng((seed, number))
        voices = make_voices(random, day=day, n=n_voices)
        yield day, voices, _opinions(random, day=day, voices=voices)


def make_voices(random: Random, *, day: date, n: int, texts: pa.Array | None = None) -> pa.Table:
    """The voices of one day; random signs where no `texts` are given."""
    times = np.sort(random.integers(0, 86_400_000_000, n)) + _microseconds(day)
    stars = np.clip(np.round(random.normal(4.0, 1.1, n)), 1, 5)
    columns: dict[str, pa.Array] = {
        "feedback_id": _ids(random, times=times),
        "revision": pa.array(np.zeros(n, np.int32)),
        "is_current": pa.array(random.random(n) > 0.01),
        "sequence": pa.array(np.arange(n, dtype=np.int64)),
        "source": _constant("bench", n=n),
        "channel": _words(random.integers(0, len(CHANNELS), n), CHANNELS),
        "touchpoint": _words(random.integers(0, 6, n), [f"touch_{i}" for i in range(6)]),
        "product": _words(random.integers(0, 80, n), [f"product_{i}" for i in range(80)]),
        "unit_id": pa.array(random.integers(1, N_UNITS + 1, n)),
        "author_key": _ids(random, times=times),
        "occurred_at": pa.array(times, pa.timestamp("us", tz="UTC")),
        "received_at": pa.array(times + 60_000_000, pa.timestamp("us", tz="UTC")),
        "stars": pa.array(stars, mask=random.random(n) < 0.3),
        "n_turns": pa.array(np.zeros(n, np.int32)),
        "n_media": pa.array(np.zeros(n, np.int32)),
        "private": pa.array([[]] * n, FEEDBACK.schema.field("private").type),
        "model": _constant("bench", n=n),
        "taxonomy": _constant("bench", n=n),
        "text": _texts(random, n=n) if texts is None else texts,
        "language": _constant("zh", n=n),
        "sentiment": _words(random.choice(4, n, p=[0.55, 0.15, 0.2, 0.1]), _LABELS),
        "sentiment_score": pa.array(random.uniform(-1, 1, n).astype(np.float32)),
        "emotions": _named(random, n=n, share=0.3, names=EMOTIONS, other=("strength", np.float32)),
        "intents": _named(random, n=n, share=0.6, names=INTENTS, other=("confidence", np.float32)),
        "needs": _named(random, n=n, share=0.4, names=NEEDS, other=("met", np.bool_)),
        "urgency": pa.array(random.choice(4, n, p=[0.94, 0.05, 0.008, 0.002]).astype(np.int8)),
        "urgency_reasons": _reasons(random, n=n),
        "signals": _signals(random, n=n),
        "is_duplicate": pa.array(random.random(n) < 0.02),
        "is_spam": pa.array(random.random(n) < 0.01),
        "is_solicited": pa.array(random.random(n) < 0.03),
        "day": pa.array(np.full(n, day, "datetime64[D]")),
    }
    return _filled(columns, schema=FEEDBACK.schema, n=n)


def _opinions(random: Random, *, day: date, voices: pa.Table) -> pa.Table:
    n_each = random.integers(0, 2 * OPINIONS_A_VOICE + 1, len(voices))
    of_voice = np.repeat(np.arange(len(voices)), n_each)
    n = len(of_voice)
    aspects = random.integers(0, N_ASPECTS, n)
    polarity = random.choice(3, n, p=[0.6, 0.1, 0.3])
    taken = voices.select(
        ["feedback_id", "revision", "is_current", "channel", "product", "unit_id", "occurred_at", "stars"]
    ).take(pa.array(of_voice))
    excluded = [voices[name].to_numpy()[of_voice] for name in ("is_duplicate", "is_spam", "is_solicited")]
    columns = {name: taken[name].combine_chunks() for name in taken.column_names} | {
        "aspect": _words(aspects, [f"aspect_{i}" for i in range(N_ASPECTS)]),
        "aspect_name": _words(aspects, [f"方面{i}" for i in range(N_ASPECTS)]),
        "polarity": _words(polarity, _POLARITIES),
        "term": _words(aspects * 10 + random.integers(0, 10, n), [f"词{i}" for i in range(10 * N_ASPECTS)]),
        "opinion": _words(polarity * 40 + random.integers(0, 40, n), [f"评{i}" for i in range(120)]),
        "start": pa.array(random.integers(0, 30, n).astype(np.int32)),
        "end": pa.array(random.integers(31, 40, n).astype(np.int32)),
        "confidence": pa.array(random.random(n).astype(np.float32)),
        "is_excluded": pa.array(np.logical_or.reduce(excluded)),
        "day": pa.array(np.full(n, day, "datetime64[D]")),
    }
    return _filled(columns, schema=OPINIONS.schema, n=n)


def _filled(columns: dict[str, pa.Array], *, schema: pa.Schema, n: int) -> pa.Table:
    """The table in the schema's order; columns not drawn are empty."""
    return pa.table(
        [
            columns[field.name].cast(field.type) if field.name in columns else pa.nulls(n, field.type)
            for field in schema
        ],
        schema=schema,
    )


def _microseconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000


def _ids(random: Random, *, times: Times) -> pa.Array:
    """UUIDv7 texts of the times."""
    raw = random.integers(0, 256, (len(times), 16), dtype=np.uint8)
    milliseconds = (times // 1000).astype(">u8").view(np.uint8).reshape(-1, 8)
    raw[:, :6] = milliseconds[:, 2:]
    raw[:, 6] = 0x70 | (raw[:, 6] & 0x0F)
    raw[:, 8] = 0x80 | (raw[:, 8] & 0x3F)
    signs = _HEX[raw].view(np.uint8).reshape(len(times), 32)
    text = np.insert(signs, [8, 12, 16, 20], ord("-"), axis=1)
    return _strings(np.ascontiguousarray(text), lengths=np.full(len(times), 36))


def _texts(random: Random, *, n: int) -> pa.Array:
    """Texts of 10 to 110 random Chinese signs."""
    lengths = random.integers(10, 111, n)
    code = _FIRST_SIGN + random.integers(0, _N_SIGNS, int(lengths.sum()))
    signs = np.stack([0xE0 | code >> 12, 0x80 | (code >> 6 & 0x3F), 0x80 | (code & 0x3F)], axis=1)
    return _strings(signs.astype(np.uint8), lengths=3 * lengths)


def _strings(content: NDArray[np.uint8], *, lengths: NDArray[np.int64]) -> pa.Array:
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.StringArray.from_buffers(len(lengths), pa.py_buffer(offsets), pa.py_buffer(content.tobytes()))


def _words(codes: NDArray[np.int64], words: tuple[str, ...] | list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(words)).cast(pa.string())


def _constant(word: str, *, n: int) -> pa.Array:
    return _words(np.zeros(n, np.int64), (word,))


def _offsets(random: Random, *, n: int, share: float) -> pa.Array:
    """Offsets of lists with 0, 1 or 2 members."""
    sizes = (random.random(n) < share).astype(np.int32) + (random.random(n) < share / 3)
    return pa.array(np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32))


def _named(
    random: Random, *, n: int, share: float, names: tuple[str, ...], other: tuple[str, type[np.generic]]
) -> pa.Array:
    offsets = _offsets(random, n=n, share=share)
    total = offsets[-1].as_py()
    values = random.random(total)
    name, kind = other
    members = pa.StructArray.from_arrays(
        [
            _words(random.integers(0, len(names), total), names),
            pa.array((values < 0.4) if kind is np.bool_ else values.astype(kind)),
        ],
        names=["name", name],
    )
    return pa.ListArray.from_arrays(offsets, members)


def _signals(random: Random, *, n: int) -> pa.Array:
    offsets = _offsets(random, n=n, share=0.25)
    total = offsets[-1].as_py()
    kinds = random.integers(0, len(SIGNALS), total)
    spans = pa.array(np.zeros(total, np.int32))
    minutes = pa.array(np.round(random.lognormal(2.8, 0.8, total)), mask=kinds > 2)
    members = pa.StructArray.from_arrays(
        [_words(kinds, SIGNALS), minutes, spans, spans], names=["kind", "value", "start", "end"]
    )
    return pa.ListArray.from_arrays(offsets, members)


def _reasons(random: Random, *, n: int) -> pa.Array:
    offsets = _offsets(random, n=n, share=0.01)
    return pa.ListArray.from_arrays(offsets, _constant("injury", n=offsets[-1].as_py()))
