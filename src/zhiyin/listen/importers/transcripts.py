"""Turns of any transcript, made into a voice in the form of the API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import PurePath
from typing import cast

import msgspec

from zhiyin.listen.importers.tables import BadRow, Cell, Chunk, OpenFile, Table, in_chunks
from zhiyin.listen.validation import LOCAL_ZONE
from zhiyin.understand.conversation.speakers import is_speaker_label, name_speaker, settle_speakers

_SPEAKER_BEFORE = re.compile(
    r"[\[【(（]?([^\s:：\[\]【】()（）。，,!?！？]{1,20})[\]】)）]?\s*[:：]\s*(?=\S)"
)
_NAMED_MOMENT = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])"
    r"(?:[-_T .]?([01]\d|2[0-3])[-_.:]?([0-5]\d)(?:[-_.:]?([0-5]\d))?)?(?!\d)"
)
GUESSED = "speakers_guessed"
"""The attribute of a voice whose speakers were not named plainly."""

Details = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTurn:
    """A turn as a file has it: whose label, the words, seconds from the start where it has times."""

    label: str
    text: str
    start_s: float | None = None
    end_s: float | None = None


@dataclass(slots=True, kw_only=True)
class RawTalk:
    """A conversation as a file has it, with the line where it begins; `details` are fields of a voice."""

    line: int
    turns: list[RawTurn]
    external_id: str = ""
    started_at: datetime | None = None
    details: Details = field(default_factory=dict)


def table_of_talks(
    file: OpenFile, *, kind: str, talks: Iterable[RawTalk | BadRow], encoding: str = ""
) -> Table:
    """The table of a file of transcripts: a voice a conversation, and what could not be read.

    The conversations are held in memory. Notes tell how many there are, and in how many of them speakers
    were guessed.
    """
    found = list(talks)
    rows = [one if isinstance(one, BadRow) else (one.line, _cells(one, file=file)) for one in found]
    n_guessed = sum(not isinstance(row, BadRow) and _is_guessed(row[1]) for row in rows)
    n_talks = sum(isinstance(one, RawTalk) for one in found)
    notes = [f"encoding {encoding}"] if encoding else []
    notes += [f"conversations {n_talks}", f"guessed {n_guessed}"]

    def chunks() -> Iterator[Chunk]:
        return in_chunks(iter(rows), names=("voice",))

    return Table(
        name=file.name, kind=kind, chunks=chunks, notes=notes, is_native=True, encoding=encoding,
        share_read=file.share_read,
    )  # fmt: skip


def split_label(text: str) -> tuple[str, str]:
    """The speaker's name before a colon at the beginning ("客服：您好"), and the rest; empty without one.

    >>> split_label("[坐席01] ：您好"), split_label("现在12:30了")
    (('坐席01', '您好'), ('', '现在12:30了'))
    """
    found = _SPEAKER_BEFORE.match(text)
    if found is None or not is_speaker_label(found[1]) or found[1].isdecimal():
        return "", text
    label, rest = found[1], text[found.end() :]
    is_clock = label[-1].isdigit() and rest[0].isdigit() and name_speaker(label) is None
    return ("", text) if is_clock else (label, rest)


def key_of(name: str) -> str:
    """A key or column name folded, as `transcript_keys.yaml` has them."""
    return re.sub(r"[\s_\-.]", "", name.strip().lower())


def find_key(names: Iterable[str], what: str) -> str | None:
    """The name that holds that; of several the one that comes first in the list."""
    folded = {key_of(name): name for name in names}
    return next((folded[key] for key in _keys()[what] if key in folded), None)


def moment_in_name(name: str) -> datetime | None:
    """The day, and the time where there is one, in the name of a recording; Beijing's."""
    found = _NAMED_MOMENT.search(PurePath(name).stem)
    if found is None:
        return None
    parts = [int(part or 0) for part in found.groups()]
    try:
        return datetime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], tzinfo=LOCAL_ZONE)
    except ValueError:
        return None


def _cells(talk: RawTalk, *, file: OpenFile) -> Sequence[Cell]:
    return cast("Sequence[Cell]", (voice_of(talk, file_name=file.name),))


def _is_guessed(cells: Sequence[object]) -> bool:
    voice = cells[0]
    return isinstance(voice, dict) and GUESSED in voice.get("attributes", {})


def voice_of(talk: RawTalk, *, file_name: str) -> dict[str, object]:
    """The voice of a conversation, by the names of the API; without an id it gets one by its words."""
    turns = [turn for turn in talk.turns if turn.text.strip()]
    speakers = settle_speakers([turn.label for turn in turns], texts=[turn.text for turn in turns])
    voice: dict[str, object] = {
        "external_id": talk.external_id or _own_id(turns, file_name=file_name),
        "turns": [_turn(turn, speaker=speaker) for turn, speaker in zip(turns, speakers.of, strict=True)],
        **talk.details,
    }
    started_at = talk.started_at or moment_in_name(file_name)
    if started_at is not None:
        voice["occurred_at"] = started_at.isoformat()
    if speakers.is_guess:
        voice["attributes"] = {GUESSED: True}
    return voice


def _turn(turn: RawTurn, *, speaker: str) -> dict[str, object]:
    found: dict[str, object] = {"speaker": speaker, "text": turn.text.strip()}
    if turn.start_s is not None:
        found["start_seconds"] = round(max(turn.start_s, 0.0), 3)
    if turn.end_s is not None:
        found["end_seconds"] = round(max(turn.end_s, 0.0), 3)
    return found


def _own_id(turns: Sequence[RawTurn], *, file_name: str) -> str:
    said = "\x1f".join(turn.text for turn in turns).encode("utf-8", "surrogatepass")
    return f"{PurePath(file_name).stem[:120]}-{blake2b(said, digest_size=8).hexdigest()}"


@cache
def _keys() -> dict[str, list[str]]:
    text = (files("zhiyin.listen.importers") / "data" / "transcript_keys.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=dict[str, list[str]])
