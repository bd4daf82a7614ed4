"""The sentence at the top and the figures at a glance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from rich.table import Table
from rich.text import Text

from zhiyin.console.numbers import count, percent
from zhiyin.insight.board import Board, Figure
from zhiyin.insight.rendering import pieces
from zhiyin.insight.rendering.pieces import Write
from zhiyin.insight.wording import Wording


def title_line(board: Board, *, wording: Wording, zone: tzinfo) -> Text:
    """What is shown, and of which time."""
    period = board.period
    since, until = period.since or period.oldest, period.until or period.newest
    if since is None and until is None:
        span = wording.say("all_time")
    else:
        span = wording.say("from_to", since=pieces.day(since, zone=zone), until=pieces.day(until, zone=zone))
    return Text(f"{wording.say('title')} · {span}", style="bold")


def headline(board: Board, *, wording: Wording, aspect_names: Mapping[str, str]) -> Text:
    """The answer as a sentence with figures."""
    gap = "" if wording.language == "zh" else " "
    return Text(gap.join(_sentences(board, wording=wording, aspect_names=aspect_names)))


def _sentences(board: Board, *, wording: Wording, aspect_names: Mapping[str, str]) -> Iterator[str]:
    n = count(board.voices.n, language=wording.language)
    if board.net_sentiment.value is None:
        yield wording.say("headline_no_net", n=n)
    else:
        yield wording.say("headline", n=n, net=pieces.write_net(board.net_sentiment.value))
    if board.aspects:
        worst = board.aspects[0]
        yield wording.say(
            "headline_worst",
            aspect=pieces.safe(aspect_names.get(worst.aspect, worst.aspect_name)),
            people=count(worst.n_people, language=wording.language),
            share=percent(worst.share.value),
        )
    if board.urgent.n:
        yield wording.say("headline_urgent", n=count(board.urgent.n, language=wording.language))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    key: str
    figure: Figure
    write: Write
    write_change: Write
    is_good_up: bool | None
    note: str = ""


def overview_table(board: Board, *, wording: Wording) -> Table:
    """One line a figure: value, interval, n, change."""
    table = pieces.grid(
        (wording.say("col_figure"), "left"),
        (wording.say("col_value"), "right"),
        (wording.say("col_interval"), "right"),
        (wording.say("col_n"), "right"),
        (wording.say("col_change"), "left"),
        title=wording.say("overview"),
    )
    table.add_row(*_voices_row(board, wording=wording))
    for line in _lines(board, wording=wording):
        if line.figure.n:
            table.add_row(*_row(line, wording=wording), style=pieces.style_of(line.figure.n))
    return table


def _voices_row(board: Board, *, wording: Wording) -> list[Text]:
    n = count(board.voices.n, language=wording.language)
    before = board.voices.n_before
    note = "" if before is None else wording.say("n_before", n=count(before, language=wording.language))
    return [Text(wording.say("voices")), Text(n), Text(""), Text(n), Text(note, style=pieces.QUIET)]


def _lines(board: Board, *, wording: Wording) -> Iterator[_Line]:
    yield _Line(
        key="rating",
        figure=board.rating,
        write=pieces.write_stars,
        write_change=pieces.write_stars,
        is_good_up=True,
    )
    yield _Line(
        key="net_sentiment",
        figure=board.net_sentiment,
        write=pieces.write_net,
        write_change=pieces.write_points,
        is_good_up=True,
    )
    shares = board.sentiments
    yield _share("positive", shares.positive, is_good_up=True)
    yield _share("neutral", shares.neutral)
    yield _share("negative", shares.negative, is_good_up=False)
    yield _share("mixed", shares.mixed)
    if board.answers is not None:
        hours = board.answers.median_hours
        note = "" if hours is None else wording.say("answers_hours", hours=f"{hours:.1f}")
        yield _share("answers", board.answers.share, note=note)
    yield _share("excellent", board.units.excellent_share)


def _share(key: str, figure: Figure, *, is_good_up: bool | None = None, note: str = "") -> _Line:
    return _Line(
        key=key,
        figure=figure,
        write=pieces.write_share,
        write_change=pieces.write_share,
        is_good_up=is_good_up,
        note=note,
    )


def _row(line: _Line, *, wording: Wording) -> list[Text]:
    change = pieces.change_text(
        line.figure.change, write=line.write_change, wording=wording, is_good_up=line.is_good_up
    )
    return [
        Text(wording.say(line.key)),
        Text(line.write(line.figure.value)),
        Text(pieces.interval(line.figure, write=line.write, wording=wording)),
        Text(count(line.figure.n, language=wording.language)),
        change if line.figure.change else Text(line.note, style=pieces.QUIET),
    ]
