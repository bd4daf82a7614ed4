"""`zhiyin sample`: a tea-drink chain to look at and to test with."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import typer

from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_notice, progress_bar
from zhiyin.cli.words import say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "sample",
        cls=LocalisedCommand,
        short_help=say("生成并导入一家虚构的茶饮连锁。", "Make and load an invented tea-drink chain."),
        help=say(
            "生成并导入一家虚构的茶饮连锁：门店、顾客、多渠道的反馈和埋下的事件。同样的参数总是得到同样的公司。",
            "Make and load an invented tea-drink chain: stores, customers, voices in many channels, planted "
            "incidents. The same options always make the same company.",
        ),
    )(sample)


def sample(
    stores: int = typer.Option(300, min=1, help=say("门店数。", "Number of stores.")),
    days: int = typer.Option(400, min=1, help=say("天数。", "Number of days.")),
    seed: int = typer.Option(20260101, help=say("随机种子。", "Seed.")),
    last_day: datetime = typer.Option(
        None, formats=["%Y-%m-%d"], help=say("最后一天；默认昨天。", "Last day; yesterday if empty.")
    ),
    truth: Path = typer.Option(
        None,
        help=say(
            "真值文件的位置；默认在数据目录的 files/sample 下。",
            "Where to write the truth; files/sample in the home if empty.",
        ),
    ),
    quiet: bool = typer.Option(
        False, "--quiet", help=say("不埋事件的平静版本。", "The quiet variant, without incidents.")
    ),
    if_empty: bool = typer.Option(
        False, "--if-empty", help=say("已有数据时什么也不做。", "Do nothing where there are voices already.")
    ),
    past_incidents: bool = typer.Option(
        False,
        "--past-incidents",
        help=say("服务启动后回看过去，找出已发生的事件。", "Have the server look for incidents of the past."),
    ),
) -> None:
    """Make the sample company and load it."""
    from zhiyin.cli.startup import start_django

    home = start_django()
    from django.utils import timezone

    from zhiyin.cli.processing import processing
    from zhiyin.config.wiring import open_intake
    from zhiyin.engine import open_engine
    from zhiyin.insight.alerts.looking_back import ask_to_look_back
    from zhiyin.listen.models import FeedbackKey
    from zhiyin.listen.sample import SampleOptions, make_company
    from zhiyin.listen.services.sample import load_sample
    from zhiyin.listen.services.taxonomy import choose_taxonomy, has_chosen_taxonomy

    has_voices = FeedbackKey.objects.exists()
    if if_empty and has_voices:
        return
    if not has_voices and not has_chosen_taxonomy():
        choose_taxonomy("restaurant")
    yesterday = timezone.localdate() - timedelta(days=1)
    options = SampleOptions(
        n_stores=stores,
        n_days=days,
        seed=seed,
        last_day=last_day.date() if last_day else yesterday,
        has_incidents=not quiet,
    )
    target = truth or home.files / "sample" / "truth.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    with progress_bar() as progress, processing(home, progress):
        total = options.n_voices_wanted
        task = progress.add_task(say("生成示例公司", "Making the sample company"), total=total)
        n_new = load_sample(
            make_company(options),
            intake=open_intake(home),
            engine=open_engine(home),
            truth=target,
            on_progress=lambda n: progress.update(task, completed=n),
        )
    if past_incidents:
        ask_to_look_back(by=None)
    print_notice(
        say(
            f"示例公司已就绪：{stores} 家门店，{n_new:,} 条新的反馈；真值在 {target}",
            f"The sample company is ready: {stores} stores, {n_new:,} new voices; truth in {target}",
        )
    )
