"""Every help page is complete, in one language."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

_TREE = """
import json, sys
from typer.main import get_command
from zhiyin.cli.main import build_app

def walk(command, path):
    context = command.make_context(path[-1], [], resilient_parsing=True)
    params = [
        {"name": param.opts[0], "kind": param.param_type_name, "help": getattr(param, "help", None) or ""}
        for param in command.get_params(context)
    ]
    short = command.get_short_help_str(limit=200)
    pages.append({"path": path[1:], "help": command.help or "", "short": short, "params": params})
    for name in getattr(command, "commands", {}):
        walk(command.commands[name], [*path, name])

pages = []
walk(get_command(build_app()), ["zhiyin"])
print(json.dumps(pages))
"""
_CHINESE = re.compile("[\u4e00-\u9fff]")
# Three English words in a row are a sentence; names of formats and roles stand between signs.
_ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}")


def _pages(language: str, environment: dict[str, str]) -> list[dict[str, object]]:
    shown = subprocess.run(
        [sys.executable, "-c", _TREE],
        env={**environment, "ZHIYIN_LANGUAGE": language},
        capture_output=True,
        check=True,
    )
    return json.loads(shown.stdout)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_and_option_has_help_in_its_language_alone(environment, language):
    pages = _pages(language, environment)
    assert len(pages) > 20
    for page in pages:
        texts = [page["help"], page["short"], *(param["help"] for param in page["params"])]
        assert all(texts), page["path"]
        for text in texts:
            if language == "zh":
                assert _CHINESE.search(text), (page["path"], text)
                assert not _ENGLISH.search(text), (page["path"], text)
            else:
                assert not _CHINESE.search(text), (page["path"], text)


def test_both_languages_have_the_same_commands_and_options(environment):
    trees = [
        [
            (page["path"], [param["name"] for param in page["params"]])
            for page in _pages(language, environment)
        ]
        for language in ("zh", "en")
    ]
    assert trees[0] == trees[1]


@pytest.mark.parametrize("command", [(), ("import",), ("key", "create"), ("backup",)])
def test_a_chinese_help_page_has_no_english_frame_and_cuts_nothing_off(zhiyin, command):
    page = zhiyin(*command, "--help", ZHIYIN_LANGUAGE="zh", COLUMNS="80").stdout.decode()
    assert "用法：zhiyin" in page
    for english in ("Usage", "OPTIONS", "Options", "COMMAND", "Arguments", "default:", "required", "<", "…"):
        assert english not in page


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (("import",), "缺少参数“文件”"),
        (("imprt",), "没有命令“imprt”"),
        (("up", "--prt", "1"), "没有选项 --prt"),
        (("up", "--port", "0"), "“--port”的值不能小于 1"),
        (("up", "--port", "x"), "“--port”的值要是整数"),
        (("summary", "--since"), "选项 --since 后面要跟一个值"),
        (("doctor", "now"), "多出了参数：now"),
    ],
)
def test_a_wrong_call_is_told_in_chinese_with_exit_code_2(zhiyin, call, told):
    result = zhiyin(*call, ZHIYIN_LANGUAGE="zh")
    assert result.returncode == 2
    assert told in result.stderr.decode()
    assert result.stdout == b""


def test_the_help_needs_neither_django_nor_a_database(environment):
    code = "import sys; from zhiyin.cli.main import build_app; build_app(); print('\\n'.join(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"django", "duckdb", "pyarrow", "numpy", "deltalake", "starlette"} & set(loaded)


def test_analysing_needs_no_django(environment):
    code = (
        "import sys; sys.argv = ['zhiyin', 'analyze']\n"
        "from zhiyin.cli.main import build_app\n"
        "build_app()(standalone_mode=False)\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        input="好吃\n",
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert '"row":0' in result.stdout
    assert not {"django", "deltalake", "starlette", "granian"} & set(result.stderr.split())
