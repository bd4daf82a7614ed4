"""`zhiyin measures`: the catalogue of measures, and one of them with its groups."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import typer

from zhiyin.cli.choices import choice
from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_json, results
from zhiyin.cli.words import language, say


class Format(StrEnum):
    """How the figures are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "measures",
        cls=LocalisedCommand,
        short_help=say("列出指标及其数值。", "List measures with their values."),
        help=say(
            "全部指标的现值；给出编号时，只看一个指标，可以按组织、渠道等分组。都带区间、n 和变化。",
            "Every measure as it stands; with a code that one alone, by unit, channel or the like. "
            "All with interval, n and change.",
        ),
    )(measures)


def measures(
    code: str = typer.Argument(
        "",
        metavar=say("[编号]", "[CODE]"),
        help=say("指标编号，如 net_sentiment。", "Code of a measure, such as net_sentiment."),
    ),
    by: str = typer.Option(
        "",
        help=say(
            "分组：unit、region、city、store、channel、source、product、touchpoint、aspect。",
            "Group by unit, region, city, store, channel, source, product, touchpoint or aspect.",
        ),
    ),
    unit: str = typer.Option(
        None,
        help=say("只看这个组织及其下级（编码或名称）。", "This org unit and those below it (code or name)."),
    ),
    since: str = typer.Option(
        "30d", help=say("从何时起：30d、12h、2026-05-01。", "From when on: 30d, 12h, 2026-05-01.")
    ),
    until: str = typer.Option(
        None, help=say("到何时止（不含）；默认到现在。", "Until when (excluded); now if empty.")
    ),
    format: str = typer.Option(
        "table", help=say("输出格式：table、json 或 csv。", "Print a table, json or csv.")
    ),
) -> None:
    """Print measures over the lake."""
    from zhiyin.cli.startup import start_django

    form = choice(Format, format, field="--format")
    start_django()
    from django.utils import timezone, translation

    from zhiyin.cli.measures_report import MeasureLine, lines_of, render_lines, write_csv
    from zhiyin.cli.periods import parse_moment
    from zhiyin.errors import InvalidInput
    from zhiyin.insight.measures.contract import Asked, list_measures, read_measure, read_measures
    from zhiyin.insight.selection import VoiceFilter
    from zhiyin.people.queries import get_named_unit, list_subtree_ids
    from zhiyin.people.scope import EVERYTHING

    now, zone = datetime.now(UTC), timezone.get_default_timezone()
    asked = Asked(
        scope=EVERYTHING,
        filter=VoiceFilter(
            since=parse_moment(since, now=now, zone=zone, field="--since"),
            until=parse_moment(until, now=now, zone=zone, field="--until") if until else now,
            unit_ids=frozenset(list_subtree_ids(get_named_unit(unit).pk)) if unit else None,
        ),
        zone=zone,
        now=now,
        language=language(),
    )
    if by and not code:
        raise InvalidInput("Grouping needs a measure.", next_step="Give its code before --by.", field="--by")
    with translation.override("zh-hans" if language() == "zh" else "en"):
        if code:
            one = read_measure(code, asked=asked, by=by or None)
            found, lines = [one], lines_of(one)
        else:
            found = read_measures([each.code for each in list_measures()], asked=asked)
            lines = [MeasureLine(result=each) for each in found]
        if form is Format.JSON:
            print_json(found[0] if code else found)
        elif form is Format.CSV:
            write_csv(lines)
        else:
            results().print(render_lines(lines, notes=found[:1] if code else []))
