"""Everything that the audit trail can tell of has words in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.utils.translation import override

import zhiyin
from zhiyin.people.audit_words import action_words, object_names
from zhiyin.respond.statuses import Step

PACKAGE = Path(zhiyin.__file__).parent


def list_actions() -> set[str]:
    found = {f"case.{step.value}" for step in Step}
    for file in PACKAGE.glob("**/*.py"):
        text = file.read_text(encoding="utf-8")
        if "/tests/" not in file.as_posix() and ("record_event" in text or "Happening(" in text):
            found |= {node.value for node in ast.walk(ast.parse(text)) if is_action(node)}
    return found


def is_action(node: ast.AST) -> bool:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    thing, dot, deed = node.value.partition(".")
    return (
        bool(dot)
        and thing.isidentifier()
        and deed.isidentifier()
        and thing != "zhiyin"
        and deed not in {"html", "csv"}
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_action_is_told_in_words(language):
    actions = list_actions()
    assert {"feedback.corrected", "case.transferred", "speak_link.switched_off"} <= actions
    with override(language):
        assert [action for action in sorted(actions) if "·" in action_words(action)] == []
        assert {action.partition(".")[0] for action in actions} - set(object_names()) == set()
