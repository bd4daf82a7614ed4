"""docs/commands.md names every command, option and exit code, and nothing else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from zhiyin.cli.exit_codes import ExitCode

DOCUMENT = (Path(__file__).parent.parent / "docs" / "commands.md").read_text(encoding="utf-8")
_TREE = """
import json
from typer.main import get_command
from zhiyin.cli.main import build_app

def walk(command, path):
    commands = getattr(command, "commands", {})
    if not commands:
        context = command.make_context(path, [], resilient_parsing=True)
        options = [name for param in command.get_params(context) if param.param_type_name == "option"
                   for name in [*param.opts, *param.secondary_opts] if name != "--help"]
        tree[path] = [command.get_short_help_str(limit=500), options]
    for name, below in commands.items():
        walk(below, f"{path} {name}")

tree = {}
walk(get_command(build_app()), "zhiyin")
print(json.dumps(tree))
"""


def _tree(language: str) -> dict[str, tuple[str, list[str]]]:
    environment = {**os.environ, "ZHIYIN_LANGUAGE": language}
    shown = subprocess.run([sys.executable, "-c", _TREE], env=environment, capture_output=True, check=True)
    return json.loads(shown.stdout)


@pytest.fixture(scope="module")
def sections() -> dict[str, str]:
    parts = re.split(r"^## (zhiyin .+)$", DOCUMENT, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_has_its_section(sections):
    assert set(sections) == set(_tree("en"))


def test_every_option_stands_in_its_commands_table_and_no_other(sections):
    for command, (_, options) in _tree("en").items():
        cells = re.findall(r"^\| (`-.*?) \|", sections[command], flags=re.MULTILINE)
        documented = [name for cell in cells for name in re.findall(r"`(-[^`]*)`", cell)]
        assert sorted(documented) == sorted(options), command


def test_every_command_has_its_line_in_chinese(sections):
    for command, (summary, _) in _tree("zh").items():
        assert f"*{summary}*" in sections[command], command


def test_the_exit_codes_are_those_of_the_command():
    rows = re.findall(r"^\| (\d+) \| `([A-Z_]+)` \| .+ \|$", DOCUMENT, flags=re.MULTILINE)
    assert {name: int(code) for code, name in rows} == {code.name: code.value for code in ExitCode}
