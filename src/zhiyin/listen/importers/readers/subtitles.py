"""WebVTT and SubRip: a transcript a file, a turn a cue, speakers as voice tags or before a colon."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.encodings import check_encoding, detect_encoding
from zhiyin.listen.importers.registry import Reader, register
from zhiyin.listen.importers.tables import BadRow, OpenFile, Table
from zhiyin.listen.importers.transcripts import RawTalk, RawTurn, split_label, table_of_talks
from zhiyin.listen.importers.turn_times import read_clock
from zhiyin.understand.conversation.speakers import name_speaker

_TIMES = re.compile(r"\s*(\S+)\s+-->\s+(\S+)(?:\s.*)?")
_SRT_HEAD = re.compile(rb"\d{1,6}[ \t]*\r?\n[ \t]*\d{1,3}:\d\d:\d\d[,.]\d{1,3}[ \t]+-->")
_TAGS = re.compile(r"<[^<>]{0,200}>")
_LONGEST_NUMBER = 40
_USUAL_SHARE = 0.6
_MARK = "\ufeff"


def fits_vtt(head: bytes) -> bool:
    """Whether the file says that it is WebVTT."""
    return head.lstrip(b"\xef\xbb\xbf").startswith(b"WEBVTT")


def fits_srt(head: bytes) -> bool:
    """Whether the file begins with a numbered cue."""
    return _SRT_HEAD.match(head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")) is not None


def read_vtt(file: OpenFile) -> Iterator[Table]:
    """The transcript of the file.

    Raises:
        InvalidInput: no cue can be read.
    """
    return _read(file, kind="vtt")


def read_srt(file: OpenFile) -> Iterator[Table]:
    """The transcript of the file.

    Raises:
        InvalidInput: no cue can be read.
    """
    return _read(file, kind="srt")


def _read(file: OpenFile, *, kind: str) -> Iterator[Table]:
    encoding = check_encoding(file.options.encoding) if file.options.encoding else ""
    encoding = encoding or detect_encoding(file.stream)
    file.stream.seek(0)
    text = (
        file.stream.read().decode(encoding, "replace").lstrip(_MARK).replace("\r\n", "\n").replace("\r", "\n")
    )
    good, bad = _split_cues(text, name=file.name)
    turns = _turns(good, kind=kind)
    if not turns:
        raise InvalidInput(
            "The file holds no cue that can be read.",
            next_step="Give each cue a line of times such as 00:00:01.000 --> 00:00:03.500, and words.",
        )
    yield table_of_talks(file, kind=kind, talks=[RawTalk(line=1, turns=turns), *bad], encoding=encoding)


def _split_cues(text: str, *, name: str) -> tuple[str, list[BadRow]]:
    """The text without the cues whose times are wrong, and those."""
    lines, bad = text.split("\n"), list[BadRow]()
    kept: list[str] = []
    is_bad = False
    for number, line in enumerate(lines, start=1):
        if "-->" in line:
            field = _wrong_time(line)
            is_bad = bool(field)
            if field:
                if kept and len(kept[-1]) <= _LONGEST_NUMBER:
                    kept[-1] = ""  # the cue's number or name
                bad.append(BadRow(table=name, line=number, code="cue_times", field=field, cells=[line[:200]]))
        elif not line.strip():
            is_bad = False
        kept.append("" if is_bad else line)
    return "\n".join(kept), bad


def _wrong_time(line: str) -> str:
    """Which time of a cue is wrong: "start", "end", "times" for the whole line; empty for none."""
    found = _TIMES.fullmatch(line)
    if found is None:
        return "times"
    start, end = read_clock(found[1]), read_clock(found[2])
    if start is None:
        return "start"
    return "end" if end is None or end < start else ""


def _turns(text: str, *, kind: str) -> list[RawTurn]:
    try:
        captions = webvtt.from_buffer(io.StringIO(text), format=kind)
    except (MalformedFileError, MalformedCaptionError):
        return []
    turns: list[RawTurn] = []
    for caption in captions.captions:
        start, end = read_clock(caption.start), read_clock(caption.end)
        voices = caption.raw_text.split("<v ")
        parts = [("", _plain(caption.text))] if len(voices) == 1 else [("", _plain(voices[0]))]
        parts += [_voice(voice) for voice in voices[1:]]
        turns += [
            RawTurn(label=label, text=words.strip(), start_s=start, end_s=end)
            for label, words in parts
            if words.strip()
        ]
    return _joined(_with_labels(turns))


def _with_labels(turns: list[RawTurn]) -> list[RawTurn]:
    """Turns without a voice tag by the name before a colon; where few have one, only names of roles count."""
    split = [(turn.label, turn.text) if turn.label else split_label(turn.text) for turn in turns]
    are_usual = sum(bool(label) for label, _ in split) >= _USUAL_SHARE * len(turns)
    return [
        replace(turn, label=label, text=words) if are_usual or name_speaker(label) else turn
        for turn, (label, words) in zip(turns, split, strict=True)
    ]


def _voice(part: str) -> tuple[str, str]:
    """What follows `<v `: the speaker's name, and the words."""
    name, _, words = part.partition(">")
    return name.partition(".")[0].strip() if name.startswith(".") else name.strip(), _plain(words)


def _plain(words: str) -> str:
    return " ".join(_TAGS.sub("", words).split("\n"))


def _joined(turns: list[RawTurn]) -> list[RawTurn]:
    """Cues of one named speaker that follow at once are one turn: subtitles cut sentences."""
    joined: list[RawTurn] = []
    for turn in turns:
        last = joined[-1] if joined else None
        is_going_on = last and turn.label and last.label == turn.label and _follows(last, turn)
        if last and is_going_on:
            joined[-1] = RawTurn(
                label=last.label, text=_with(last.text, turn.text), start_s=last.start_s, end_s=turn.end_s
            )
        else:
            joined.append(turn)
    return joined


def _follows(last: RawTurn, turn: RawTurn) -> bool:
    return last.end_s is not None and turn.start_s is not None and turn.start_s - last.end_s < 1.0


def _with(first: str, second: str) -> str:
    return f"{first} {second}" if first[-1].isascii() and second[0].isascii() else first + second


register(Reader(name="vtt", suffixes=("vtt",), fits=fits_vtt, read=read_vtt, priority=30))
register(Reader(name="srt", suffixes=("srt",), fits=fits_srt, read=read_srt, priority=30))
