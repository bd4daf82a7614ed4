"""`zhiyin taxonomy versions`, `diff` and `back`: the history of the taxonomy."""

from __future__ import annotations

import typer

from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_json, print_notice, results
from zhiyin.cli.words import language, say

_MOST = 1_000


def register(group: typer.Typer) -> None:
    """Add the commands to the group of the taxonomy."""
    group.command(
        "versions",
        cls=LocalisedCommand,
        help=say("列出用过的每一版，最新的在前。", "List every version that was in use, the latest first."),
    )(list_all)
    group.command(
        "diff",
        cls=LocalisedCommand,
        help=say("比较两个版本。", "Compare two versions."),
    )(compare)
    group.command(
        "back",
        cls=LocalisedCommand,
        help=say(
            "回到某一版，作为新的一版；已有的反馈用 lake retag 重新理解。",
            "Go back to a version, as a new one; `lake retag` brings it to stored voices.",
        ),
    )(go_back)


def list_all(
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出。", "Print JSON.")),
) -> None:
    """List versions."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.listen.services.taxonomy_versions import current_version, list_versions

    in_use = current_version()
    rows = [
        {
            "number": one.number,
            "label": one.label,
            "made_at": one.made_at.isoformat(timespec="seconds"),
            "made_by": str(one.made_by or ""),
            "note": one.note,
            "changes": len(one.changes),
            "in_use": one.number == in_use.number,
        }
        for one in list_versions(limit=_MOST)
    ]
    if json:
        print_json(rows)
        return
    for row in rows:
        mark = "●" if row["in_use"] else " "
        line = f"{mark} {row['number']:>4}  {row['label']}  {row['made_at']}  {row['made_by']}  {row['note']}"
        results().print(line.rstrip(), markup=False, soft_wrap=True)


def compare(
    after: int = typer.Argument(
        0, metavar=say("版本号", "NUMBER"), help=say("默认为在用的一版。", "Default: the one in use.")
    ),
    before: int = typer.Option(
        0,
        "--with",
        metavar=say("版本号", "NUMBER"),
        help=say("与哪一版比较；默认为它的前一版。", "What to compare it with; default: the one before it."),
    ),
) -> None:
    """Tell the differences."""
    from zhiyin.cli.startup import start_django

    start_django()
    from django.utils.translation import override

    from zhiyin.listen.services.taxonomy_versions import compare_versions, current_version, get_version
    from zhiyin.listen.taxonomy_wording import difference_lines

    later = get_version(after or current_version().number)
    differences = compare_versions(get_version(before or later.number - 1), later)
    with override("zh-hans" if language() == "zh" else "en"):
        for line in difference_lines(differences):
            words = [line.words, *(f"+{one}" for one in line.gained), *(f"-{one}" for one in line.lost)]
            results().print(" ".join(words), markup=False, soft_wrap=True)
    if not differences:
        print_notice(say("没有差别。", "Nothing is different."))


def go_back(
    number: int = typer.Argument(metavar=say("版本号", "NUMBER"), help=say("要回到的版本。", "The version.")),
) -> None:
    """Use a version again."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.listen.services.taxonomy_versions import go_back_to
    from zhiyin.people.actors import SYSTEM

    version = go_back_to(number, by=SYSTEM)
    print_notice(
        say(
            f"已回到 {version.label}（第 {version.number} 版）；已有的反馈用 `zhiyin lake retag` 重新理解。",
            f"{version.label} is in use again, as version {version.number}; "
            "`zhiyin lake retag` brings it to stored voices.",
        )
    )
