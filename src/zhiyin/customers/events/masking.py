"""Properties of events with private data covered, however deep it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from zhiyin.customers.events.traits import Json, is_covered
from zhiyin.listen.pipeline.masking import mask_texts

COVER = "***"
# Stands for a value that is covered whatever it says.
_COVERED = "\0covered"
# Codes and words of plain letters hold nothing that could be found.
_HARMLESS = re.compile(r"[A-Za-z _\-./:]{0,200}")
# A number of so many digits may be a phone's or an account's.
_FIRST_LONG_NUMBER = 10**9

_decode = msgspec.json.Decoder(dict[str, object]).decode
_encode = msgspec.json.Encoder().encode


def mask_properties(objects: Sequence[bytes]) -> list[str]:
    """Each JSON object with its words masked, as JSON text; `{}` for an empty one."""
    read = [_decode(one) if one else {} for one in objects]
    texts = [[*_texts(one)] for one in read]
    said = [*dict.fromkeys(text for some in texts for text in some if text is not _COVERED)]
    covered = dict(zip(said, mask_texts(said), strict=True))
    changed = {text for text in said if covered[text] != text} | {_COVERED}
    return [
        _encode(_rebuilt(one, covered)).decode() if not changed.isdisjoint(some) else _as_it_is(raw)
        for raw, one, some in zip(objects, read, texts, strict=True)
    ]


def _as_it_is(raw: bytes) -> str:
    return raw.decode() if raw else "{}"


def mask_values(texts: Sequence[str]) -> list[str]:
    """Each text with private data covered."""
    said = [text for text in dict.fromkeys(texts) if not _HARMLESS.fullmatch(text)]
    covered = dict(zip(said, mask_texts(said), strict=True))
    return [covered.get(text, text) for text in texts]


def _texts(value: object) -> Iterator[str]:
    """What must be looked through: words that may hold private data, and long numbers as words."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(name)
            if is_covered(name):
                yield _COVERED
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    else:
        text = _searched(value)
        if text:
            yield text


def _searched(value: object) -> str:
    if isinstance(value, str):
        return "" if _HARMLESS.fullmatch(value) else value
    if not isinstance(value, int | float) or isinstance(value, bool):
        return ""
    return f"{value:.0f}" if abs(value) >= _FIRST_LONG_NUMBER else ""


def _rebuilt(value: object, covered: Mapping[str, str]) -> Json:
    rebuild: Callable[[object], Json] = lambda inner: _rebuilt(inner, covered)  # noqa: E731
    if isinstance(value, dict):
        return {
            str(rebuild(name)): COVER if is_covered(name) and inner is not None else rebuild(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [rebuild(inner) for inner in value]
    text = _searched(value)
    if text and (isinstance(value, str) or covered[text] != text):
        return covered[text]
    return value  # type: ignore[return-value] # JSON has nothing else
