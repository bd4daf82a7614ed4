"""`zhiyin audit verify`: proves that the audit trail is whole."""

from __future__ import annotations

import sys

import typer

from zhiyin.cli.exit_codes import ExitCode
from zhiyin.cli.localised import LocalisedCommand, LocalisedGroup
from zhiyin.cli.output import print_json, results
from zhiyin.cli.words import say


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(cls=LocalisedGroup, no_args_is_help=True, help=say("审计日志。", "The audit trail."))
    group.command(
        "verify",
        cls=LocalisedCommand,
        help=say(
            "逐条验证审计日志的哈希链；断开时退出码为 8。",
            "Verify the hash chain of the audit trail, event by event; exit code 8 where it is broken.",
        ),
    )(verify)
    # A group of one command would otherwise swallow the command's name.
    group.callback()(lambda: None)
    app.add_typer(group, name="audit")


def verify(
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出。", "Print JSON.")),
) -> None:
    """Verify the chain and print what was found."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.people.queries import verify_audit_chain

    report = verify_audit_chain()
    if json:
        print_json(report)
    elif report.broken is None:
        text = say(
            f"审计日志完整：{report.n_events} 条，链首 {report.head_hash}",
            f"The audit trail is whole: {report.n_events} events, head {report.head_hash}",
        )
        results().print(text, soft_wrap=True)
    else:
        text = say(
            f"审计日志在第 {report.broken.sequence} 条断开：",
            f"The audit trail breaks at event {report.broken.sequence}: ",
        )
        results().print(text + report.broken.reason, style="red", soft_wrap=True)
    if not report.is_intact:
        sys.exit(ExitCode.DONE_WITH_FINDINGS)
