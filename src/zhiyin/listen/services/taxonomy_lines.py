"""Finds the line of a taxonomy file that an error speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from zhiyin.errors import InvalidInput
from zhiyin.understand.taxonomy import parse_taxonomy

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_YAML_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxonomyFault:
    """What is wrong with a taxonomy file, and in which line (from 1), as far as it can be told."""

    error: InvalidInput
    line: int | None


def find_fault(text: str, *, file: str) -> TaxonomyFault | None:
    """The first fault of a taxonomy's text; None where it is fit to be used."""
    try:
        parse_taxonomy(text, file=file)
    except InvalidInput as error:
        if found := _YAML_LINE.search(error.message):
            return TaxonomyFault(error=error, line=int(found[1]))
        return TaxonomyFault(error=error, line=find_line(text, path=error.field or ""))
    return None


def find_line(text: str, *, path: str) -> int | None:
    """Line (from 1) of the node at a path such as `aspects[0].children[2].terms`, or of what holds it."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    line = None
    for name, place in _STEP.findall(path):
        node = _child(node, name=name, place=place)
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def _child(node: yaml.Node | None, *, name: str, place: str) -> yaml.Node | None:
    if place and isinstance(node, yaml.SequenceNode):
        return node.value[int(place)] if int(place) < len(node.value) else None
    if name and isinstance(node, yaml.MappingNode):
        # Where the key is what is wrong, its own line is meant; the same one where it has a value there.
        return next((value for key, value in node.value if str(key.value) == name), None)
    return None
