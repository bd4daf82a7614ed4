"""What an installation may choose, and what it is told about it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from zhiyin.config.variables import (
    HOME,
    PROXY_COUNT,
    VARIABLES,
    as_markdown,
    private_patterns,
    site_language,
)
from zhiyin.engine.home import Home
from zhiyin.errors import InvalidInput

PACKAGE = Path(__file__).parents[2]
DOCUMENT = PACKAGE.parents[1] / "docs" / "settings.md"
_NAME = re.compile(r"\bZHIYIN_[A-Z_]+\b")


def test_the_code_reads_no_variable_that_the_table_lacks():
    names = set()
    for module in PACKAGE.rglob("*.py"):
        if "tests" not in module.parts:
            names |= set(
                re.findall(r'(?:environ(?:\.get)?[(\[]|getenv\()\s*"(ZHIYIN_[A-Z_]+)"', module.read_text())
            )
    assert names <= {variable.name for variable in VARIABLES}


def test_the_documents_show_the_same_table():
    shown = DOCUMENT.read_text(encoding="utf-8")
    assert as_markdown() in shown
    assert as_markdown(is_chinese=True) in shown


def test_every_variable_is_explained_in_both_languages():
    for variable in VARIABLES:
        assert variable.meaning.endswith(".")
        assert re.search("[\u4e00-\u9fff]", variable.meaning_zh)
    assert set(_NAME.findall(as_markdown(is_chinese=True))) == {variable.name for variable in VARIABLES}


def test_the_default_home_is_the_one_that_the_engine_uses(monkeypatch, tmp_path):
    monkeypatch.delenv("ZHIYIN_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    assert Home.from_environment().path == Path(HOME.default).absolute()


@pytest.mark.parametrize("value", ["-1", "11", "one", "1.5", "２"])
def test_a_wrong_number_is_named(monkeypatch, value):
    monkeypatch.setenv("ZHIYIN_PROXY_COUNT", value)
    with pytest.raises(InvalidInput, match="ZHIYIN_PROXY_COUNT"):
        PROXY_COUNT.read_number(least=0, most=10)


@pytest.mark.parametrize(
    ("value", "code"),
    [("", "zh-hans"), ("zh", "zh-hans"), ("zh_CN.UTF-8", "zh-hans"), ("EN", "en"), ("en-GB", "en")],
)
def test_a_language_may_be_named_as_a_locale_is(monkeypatch, value, code):
    monkeypatch.setenv("ZHIYIN_LANGUAGE", value)
    assert site_language() == code


def test_an_unknown_language_is_named(monkeypatch):
    monkeypatch.setenv("ZHIYIN_LANGUAGE", "fr")
    with pytest.raises(InvalidInput, match="ZHIYIN_LANGUAGE"):
        site_language()


def test_a_private_pattern_that_is_too_short_is_named(monkeypatch):
    monkeypatch.setenv("ZHIYIN_PRIVATE_PATTERNS", "XZ##########, A#")
    with pytest.raises(InvalidInput, match=r"ZHIYIN_PRIVATE_PATTERNS.*'A#'") as caught:
        private_patterns()
    assert caught.value.field == "ZHIYIN_PRIVATE_PATTERNS"


def _settings_under(home: Path, **environment: str) -> dict[str, str]:
    names = (
        "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS", "DEBUG", "SESSION_COOKIE_HTTPONLY",
    )  # fmt: skip
    script = f"from zhiyin.config import settings as s\nfor n in {names!r}: print(n, getattr(s, n), sep='=')"
    clean = {key: value for key, value in os.environ.items() if not key.startswith("ZHIYIN_")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**clean, "ZHIYIN_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split("=", 1) for line in done.stdout.splitlines())


def test_a_public_https_address_closes_the_cookies_to_plain_http(tmp_path):
    under_https = _settings_under(tmp_path, ZHIYIN_PUBLIC_URL="https://voice.example.com/")
    assert "voice.example.com" in under_https["ALLOWED_HOSTS"]
    assert under_https["CSRF_TRUSTED_ORIGINS"] == "['https://voice.example.com']"
    assert under_https["SESSION_COOKIE_SECURE"] == under_https["CSRF_COOKIE_SECURE"] == "True"
    assert int(under_https["SECURE_HSTS_SECONDS"]) > 0


def test_on_loopback_cookies_work_without_https_and_debug_is_off(tmp_path):
    plain = _settings_under(tmp_path)
    assert plain["SESSION_COOKIE_SECURE"] == "False"
    assert plain["SESSION_COOKIE_HTTPONLY"] == "True"
    assert plain["DEBUG"] == "False"
    assert plain["SECURE_HSTS_SECONDS"] == "0"
