"""Says in plain words what the audit trail tells of; each room keeps its words in an `audit.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.apps import apps
from django.utils.translation import get_language

_FILE = "audit.toml"


def action_words(action: str, *, outcome: str = "done") -> str:
    """What was done: "Moved a unit"; where no room has words for it, its parts: "unit · moved"."""
    words = _words("actions", action if outcome == "done" else f"{action}.{outcome}") or _words(
        "actions", action
    )
    if words:
        return words
    thing, _dot, deed = action.partition(".")
    return " · ".join(part for part in (object_names().get(thing, thing), deed.replace("_", " ")) if part)


def object_names() -> dict[str, str]:
    """What the things are called that actions and targets name, by code."""
    side = _side()
    return {code: names[side] for code, names in _tables()["objects"].items()}


def field_name(field: str) -> str:
    """What a detail of an event is called; its code where no room has a word."""
    return _words("details", field) or field.replace("_", " ")


def value_words(field: str, value: str) -> str:
    """What a detail's value is called; the value itself where no room has a word."""
    return _words("values", f"{field}.{value}") or value


def _words(table: str, code: str) -> str:
    return _tables()[table].get(code, {}).get(_side(), "")


def _side() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


@cache
def _tables() -> Mapping[str, dict[str, dict[str, str]]]:
    """`objects`, `actions`, `details` and `values` (by "field.value") of all rooms."""
    names = ("objects", "actions", "details", "values")
    tables: dict[str, dict[str, dict[str, str]]] = {name: {} for name in names}
    for app in apps.get_app_configs():
        file = Path(app.path) / _FILE
        if file.is_file():
            told = tomllib.loads(file.read_text(encoding="utf-8"))
            for name in tables:
                tables[name] |= told.get(name, {})
    return tables
