"""Names of fields, dates and problems in the language of the page, from data files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from zhiyin.console.templatetags.shell import page_language


class _Names(msgspec.Struct, frozen=True):
    """One thing in both languages."""

    zh: str
    en: str

    def here(self) -> str:
        """In the language of the page."""
        return self.zh if page_language() == "zh" else self.en


class _Group(msgspec.Struct, frozen=True):
    """Fields that belong together."""

    zh: str
    en: str
    fields: dict[str, _Names]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """A group of choices of a select: its title, then code and name of each."""

    title: str
    choices: list[tuple[str, str]]


def list_field_choices() -> list[Choices]:
    """What a column may be taken for, in groups."""
    return [
        Choices(
            title=group.zh if page_language() == "zh" else group.en,
            choices=[(field, names.here()) for field, names in group.fields.items()],
        )
        for group in _field_groups()
    ]


def field_name(field: str) -> str:
    """How people call a field; the code itself where it has no name."""
    for group in _field_groups():
        if field in group.fields:
            return group.fields[field].here()
    return field


def list_date_forms() -> list[tuple[str, str]]:
    """Code and name of every way to read dates."""
    return [(code, names.here()) for code, names in _table("date_forms.yaml").items()]


def problem_words(code: str, *values: str) -> str:
    """What is doubtful about a mapping."""
    return _table("import_problems.yaml")[code].here().format(*values)


def channel_kind_name(code: str) -> str:
    """How people call a kind of channel; the code itself where it has no name."""
    kinds = _table("channel_kinds.yaml")
    return kinds[code].here() if code in kinds else code


def list_channel_kinds() -> list[tuple[str, str]]:
    """Code and name of every kind of channel."""
    return [(code, names.here()) for code, names in _table("channel_kinds.yaml").items()]


def taxonomy_name(name: str) -> str:
    """How people call a taxonomy; its own name where it is not built in."""
    names = _table("taxonomy_names.yaml")
    return names[name].here() if name in names else name


@cache
def _field_groups() -> list[_Group]:
    text = files("zhiyin.listen").joinpath("data/fields.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=list[_Group])


@cache
def _table(name: str) -> dict[str, _Names]:
    text = files("zhiyin.listen").joinpath("data", name).read_bytes()
    return msgspec.yaml.decode(text, type=dict[str, _Names])
