"""Both languages are complete, and the compiled catalogues are those of the sources."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2]
SOURCES = sorted(PACKAGE.glob("*/locale/zh_Hans/LC_MESSAGES/django.po"))
_ENTRY = re.compile(
    r'^msgid "(?P<id>.+)"\n(?:msgid_plural "(?P<plural>.+)"\n)?msgstr(?:\[0\])? "(?P<text>.*)"$', re.M
)
_IN_TEMPLATE = re.compile(r'{%\s*translate\s+"([^"]+)"')
_VALUE = re.compile(r"%\((\w+)\)[sd]")
_ASKS = frozenset({"_", "gettext", "gettext_lazy", "ngettext"})
_BLOCK = re.compile(
    r"{%\s*blocktranslate(?P<options>[^%]*)%}(?P<words>.*?)(?:{%\s*plural\s*%}.*?)?{%\s*endblocktranslate\s*%}",
    re.S,
)


def _entries(source: Path) -> dict[str, str]:
    return {
        ast.literal_eval(f'"{match["id"]}"'): ast.literal_eval(f'"{match["text"]}"')
        for match in _ENTRY.finditer(source.read_text())
    }


def _block_words(block: re.Match[str]) -> str:
    words = re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", block["words"].replace("%", "%%"))
    return " ".join(words.split()) if "trimmed" in block["options"] else words


def _words_in(room: Path) -> set[str]:
    words: set[str] = set()
    for template in room.glob("templates/**/*.html"):
        # Django doubles the sign of per cent before it asks for such words.
        words |= {one.replace("%", "%%") for one in _IN_TEMPLATE.findall(template.read_text())}
        words |= {_block_words(block) for block in _BLOCK.finditer(template.read_text())}
    for module in room.glob("**/*.py"):
        if "tests" not in module.parts:
            words |= _words_of(ast.parse(module.read_text()))
    return words


def _words_of(tree: ast.AST) -> set[str]:
    """What the module asks the catalogues for; words over several lines are one."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    first = (call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id in _ASKS)
    return {one.value for one in first if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def test_there_are_catalogues():
    assert {source.parents[3].name for source in SOURCES} >= {"console", "people"}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.parents[3].name)
def test_every_word_on_a_page_has_its_chinese(source):
    entries = _entries(source)
    assert all(entries.values())
    assert _words_in(source.parents[3]) == set(entries)


def test_no_word_has_two_chinese_texts():
    # All catalogues become one: of two texts for the same word, one room would show the other's.
    texts: dict[str, set[str]] = {}
    for source in SOURCES:
        for words, text in _entries(source).items():
            texts.setdefault(words, set()).add(text)
    assert not {words: found for words, found in texts.items() if len(found) > 1}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.parents[3].name)
def test_chinese_takes_the_values_of_its_words(source):
    # A sign of per cent that is not doubled would be taken for a value, and the page would break.
    for words, text in _entries(source).items():
        if values := set(_VALUE.findall(words)):
            assert set(_VALUE.findall(text)) <= values | {"n"}, words
            assert "%" not in _VALUE.sub("", text).replace("%%", ""), words


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.parents[3].name)
def test_the_compiled_catalogue_says_what_its_source_says(source):
    with source.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for words, text in _entries(source).items():
        assert compiled.gettext(words) == text or compiled.ngettext(words, words, 2) == text, (
            f"{words!r} differs: run `make words`"
        )
