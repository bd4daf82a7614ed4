"""`zhiyin doctor`: checks log, lake and database against each other and says what to do."""

from __future__ import annotations

import sys

import typer

from zhiyin.cli.exit_codes import ExitCode
from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_json, results
from zhiyin.cli.sentences import localise
from zhiyin.cli.words import say

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "error": ("✗", "red")}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "doctor",
        cls=LocalisedCommand,
        short_help=say(
            "检查数据是否完好、一致，并说明该怎么办。", "Check that all data is whole, and say what to do."
        ),
        help=say(
            "检查接收日志、数据湖和数据库是否各自完好、彼此一致，并说明该怎么办；有错误时退出码为 8。",
            "Check intake log, lake and database, each and against each other, and say what to do; "
            "exit code 8 where something is wrong.",
        ),
    )(doctor)


def doctor(
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出。", "Print JSON.")),
) -> None:
    """Print every finding."""
    from zhiyin.cli.startup import start_django

    home = start_django()
    from zhiyin.engine import open_engine
    from zhiyin.engine.doctor import examine_engine
    from zhiyin.listen.doctor import examine_listening

    findings = [*examine_engine(home), *examine_listening(open_engine(home))]
    if json:
        print_json(findings)
    else:
        for finding in findings:
            mark, colour = _MARKS[finding.level]
            results().print(
                f"{mark} {finding.check}: {localise(finding.message)}",
                style=colour,
                markup=False,
                soft_wrap=True,
            )
            if finding.next_step:
                results().print(f"  → {localise(finding.next_step)}", markup=False, soft_wrap=True)
    if any(finding.level == "error" for finding in findings):
        sys.exit(ExitCode.DONE_WITH_FINDINGS)
