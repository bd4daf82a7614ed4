"""`zhiyin train` and `zhiyin models`: learn from corrections, compare, switch on a person's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from zhiyin.cli.localised import LocalisedCommand, LocalisedGroup
from zhiyin.cli.output import print_json, print_notice, progress_bar, results
from zhiyin.cli.words import say

if TYPE_CHECKING:
    from zhiyin.listen.services.learning.report import Report


def register(app: typer.Typer) -> None:
    """Add the command and the group."""
    app.command(
        "train",
        cls=LocalisedCommand,
        help=say(
            "用大家的更正训练一个候选模型，并与正在使用的比较；加 --yes 才会启用。",
            "Train a candidate from people's corrections and compare it; --yes puts it into use.",
        ),
    )(train)
    group = typer.Typer(cls=LocalisedGroup, no_args_is_help=True, help=say("模型。", "Models."))
    group.command("list", cls=LocalisedCommand, help=say("列出训练过的模型。", "List trained models."))(
        list_all
    )
    group.command(
        "use",
        cls=LocalisedCommand,
        help=say("从现在起用这个模型理解；shipped 是自带的。", "Understand by this model; shipped is ours."),
    )(use)
    group.command(
        "back", cls=LocalisedCommand, help=say("回到之前使用的模型。", "Go back to the model before.")
    )(go_back)
    app.add_typer(group, name="models")


def train(
    yes: bool = typer.Option(False, "--yes", help=say("训练后立即启用。", "Put it into use at once.")),
) -> None:
    """Train and compare."""
    from zhiyin.cli.startup import start_django

    home = start_django()
    import msgspec

    from zhiyin.engine import open_engine
    from zhiyin.listen.services.learning import use_model
    from zhiyin.listen.services.learning.report import Report
    from zhiyin.listen.services.learning.training import train_candidate

    with progress_bar() as progress:
        task = progress.add_task(say("训练", "Training"), total=None)
        made = train_candidate(
            open_engine(home), tell=lambda done, total: progress.update(task, completed=done, total=total)
        )
    _print_report(msgspec.convert(made.report, Report))
    if yes:
        _tell_in_use(use_model(made.version))
        return
    print_notice(
        say(
            f"候选模型 {made.version} 已就绪。启用：`zhiyin models use {made.version}`",
            f"The candidate {made.version} is ready. To use it: `zhiyin models use {made.version}`",
        )
    )


def list_all(
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出。", "Print JSON.")),
) -> None:
    """List models."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.listen.services.learning import get_model, list_models
    from zhiyin.understand.polarity import load_polarity

    shipped, in_use = load_polarity().version, get_model().version
    rows: list[dict[str, object]] = [
        {"version": one.version, "state": one.state, "corrections": one.n_corrections}
        for one in list_models()
    ]
    state = "in_use" if in_use == shipped else "past"
    rows.append({"version": shipped, "state": state, "corrections": 0})
    if json:
        print_json(rows)
        return
    for row in rows:
        mark = "●" if row["version"] == in_use else " "
        unit = say("条更正", "corrections")
        results().print(f"{mark} {row['version']}  {row['state']}  {row['corrections']} {unit}", markup=False)


def use(
    version: str = typer.Argument(
        metavar=say("版本", "VERSION"),
        help=say("模型的版本，或 shipped。", "A model, or shipped."),
    ),
) -> None:
    """Put a model into use."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.listen.services.learning import use_model

    _tell_in_use(use_model(version))


def go_back() -> None:
    """Go back."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.listen.services.learning import back

    _tell_in_use(back())


def _tell_in_use(version: str) -> None:
    print_notice(
        say(
            f"今后按 {version} 理解，运行中的服务也随即生效。已有的反馈用 `zhiyin lake retag` 重新理解。",
            f"Voices are understood by {version} from now on, in a running server too. "
            "`zhiyin lake retag` understands stored voices again.",
        )
    )


def _print_report(report: Report) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD)
    for title in (
        say("依据", "on"),
        say("内容", "field"),
        say("行业", "industry"),
        "n",
        say("使用中 F1", "F1 in use"),
        say("候选 F1", "F1 candidate"),
        say("变化", "change"),
    ):
        table.add_column(title)
    for one in report.figures:
        change = one.macro_f1_change
        span = "" if change.low is None else f" [{change.low:+.3f}, {change.high:+.3f}]"
        table.add_row(
            one.source,
            one.field,
            one.industry or say("全部", "all"),
            str(one.n),
            f"{one.macro_f1_before.value or 0:.3f}",
            f"{one.macro_f1_after.value or 0:.3f}",
            f"{change.value or 0:+.3f}{span}",
        )
    results().print(table)
    moves = ", ".join(f"{one.before or '-'} → {one.after or '-'}: {one.n}" for one in report.moves)
    results().print(
        say(
            f"最近 {report.n_voices:,} 条反馈中，{report.n_changed:,} 条的情感会改变。{moves}",
            f"Of the last {report.n_voices:,} voices {report.n_changed:,} would be labelled anew. {moves}",
        ),
        markup=False,
    )
