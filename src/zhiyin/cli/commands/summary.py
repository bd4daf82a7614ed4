"""`zhiyin summary`: what customers are unhappy about now, where, and how much."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_json, results
from zhiyin.cli.words import language, say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "summary",
        cls=LocalisedCommand,
        help=say(
            "一页看板：客户现在最不满意什么，在哪里，有多严重，有多确定。",
            "One board: what customers are unhappy about, where, how much, and how sure that is.",
        ),
    )(summary)


def summary(
    unit: str = typer.Option(
        None,
        help=say(
            "只看这个组织及其下级（编码或名称）。",
            "This org unit and those below it (code or name).",
        ),
    ),
    since: str = typer.Option(
        None, help=say("从何时起：30d、12h、2026-05-01。", "From when on: 30d, 12h, 2026-05-01.")
    ),
    until: str = typer.Option(
        None, help=say("到何时止（不含）；默认到现在。", "Until when (excluded); now if empty.")
    ),
    channel: list[str] = typer.Option(
        [], help=say("只看这些渠道，可多次给出。", "These channels only, repeatable.")
    ),
    all_voices: bool = typer.Option(
        False,
        "--all",
        help=say(
            "把重复、垃圾、诱导评价和无关内容也计入。",
            "Count copies, spam, solicited voices and those off the subject too.",
        ),
    ),
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出。", "Print JSON.")),
) -> None:
    """Print the board over the lake."""
    from zhiyin.cli.startup import start_django

    home = start_django()
    from django.utils import timezone

    from zhiyin.cli.periods import parse_moment
    from zhiyin.engine import open_engine
    from zhiyin.insight.queries import get_board
    from zhiyin.insight.rendering import render_board
    from zhiyin.insight.selection import VoiceFilter
    from zhiyin.listen.pipeline.store import create_tables
    from zhiyin.listen.services.taxonomy import get_taxonomy
    from zhiyin.people.queries import get_named_unit, list_subtree_ids, unit_names
    from zhiyin.people.scope import EVERYTHING

    now, zone = datetime.now(UTC), timezone.get_default_timezone()
    start = parse_moment(since, now=now, zone=zone, field="--since") if since else None
    end = parse_moment(until, now=now, zone=zone, field="--until") if until else None
    wanted = VoiceFilter(
        since=start,
        until=end or (now if start else None),
        unit_ids=frozenset(list_subtree_ids(get_named_unit(unit).pk)) if unit else None,
        channels=frozenset(channel),
        include_excluded=all_voices,
    )
    lake = open_engine(home).lake
    create_tables(lake)
    with lake.connect("feedback", "opinions", "replies") as connection:
        board = get_board(
            connection, scope=EVERYTHING, filter=wanted, unit_names=unit_names(scope=EVERYTHING)
        )
    if json:
        print_json(board)
    else:
        names = get_taxonomy().taxonomy.names(language())
        results().print(render_board(board, language=language(), zone=zone, aspect_names=names))
