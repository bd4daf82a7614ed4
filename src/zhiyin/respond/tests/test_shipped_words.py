"""What comes along and is put before customers passes the check that the answers of staff are held to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from zhiyin import respond
from zhiyin.knowledge.plain import Kind, Language, Severity, check_text
from zhiyin.respond.greetings import Greeting
from zhiyin.respond.policies.shipped import list_shipped
from zhiyin.respond.policies.tables import read_jdm
from zhiyin.respond.sample.articles import list_known
from zhiyin.respond.sample.words import said, words

_ROOM = Path(respond.__file__).parent


def _texts() -> Iterator[tuple[str, str, Language, Kind]]:
    for policy in list_shipped():
        for row in read_jdm(bytes(policy.jdm)).rows:
            yield policy.code, f"{row.reason_zh}{row.condition_zh}", "zh", "answer"
            yield policy.code, f"{row.reason_en} {row.condition_en}", "en", "answer"
    for greeting in msgspec.yaml.decode((_ROOM / "greetings.yaml").read_bytes(), type=list[Greeting]):
        yield f"greeting {greeting.code}", greeting.texts["zh"], "zh", "answer"
        yield f"greeting {greeting.code}", greeting.texts["en"], "en", "answer"
    for aspect, one in {**words().aspects, "other": words().other}.items():
        for text in (one.question, one.answer, one.again, one.late_answer):
            yield f"sample {aspect}", text, "zh", "answer"
    yield "sample on hold", said("hold_told"), "zh", "answer"
    for known in list_known():
        yield known.title, known.text, "zh", "article" if known.is_public else "staff_article"


@pytest.mark.parametrize(("where", "text", "language", "kind"), list(_texts()))
def test_shipped_words_are_plain(where: str, text: str, language: Language, kind: Kind) -> None:
    report = check_text(text, language=language, kind=kind)
    bad = [(where, one.code, one.words) for one in report.remarks if one.severity is not Severity.HINT]
    assert bad == []


def test_the_check_is_one_that_can_fail() -> None:
    assert check_text("我们会尽快处理，请您耐心等待。").remarks
