"""Words for codes: why a row was not taken, what is doubtful about a mapping."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

from zhiyin.listen.faults import Fault
from zhiyin.listen.importers.tables import BadRow

_Words = dict[str, dict[str, str]]


@cache
def _words(name: str) -> _Words:
    text = (files("zhiyin.listen.importers") / "data" / name).read_bytes()
    return msgspec.yaml.decode(text, type=_Words)


def reason_of(row: BadRow, *, language: str = "en") -> str:
    """Why the row was not taken, in English or (`zh…`) Chinese, without the field's name."""
    words = _words("row_reasons.yaml").get(row.code)
    if words is None:
        limit = row.values[0] if row.values else ""
        return Fault(field=row.field, code=row.code, limit=limit).reason(language)
    return words["zh" if language.startswith("zh") else "en"].format(*row.values)


def problem_text(code: str, *, language: str = "en") -> str:
    """What is doubtful about a mapping, in English or (`zh…`) Chinese."""
    return _words("problems.yaml")[code]["zh" if language.startswith("zh") else "en"]
