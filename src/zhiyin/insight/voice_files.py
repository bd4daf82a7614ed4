"""The list of voices as a table for a file: a row a voice, or a row an opinion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing

import duckdb
from django.utils.translation import gettext as _

from zhiyin.console.exports import Cell
from zhiyin.console.numbers import Language
from zhiyin.insight import naming
from zhiyin.insight.queries.rows import VoiceRow
from zhiyin.insight.voice_names import CAUSES, SENTIMENTS, SIGNS, URGENCY, channel_names
from zhiyin.insight.wording import wording
from zhiyin.listen.queries.feedback import OpinionOut
from zhiyin.people.queries.units import unit_names
from zhiyin.people.scope import Scope


class CountMismatch(RuntimeError):
    """A file that would not hold what the list holds; it is broken off rather than finished wrong."""


class VoiceTable:
    """Writes rows of voices in the page's language. Reads names once, for all units of the scope."""

    def __init__(self, *, scope: Scope, language: Language, by_opinion: bool = False) -> None:
        self._language: Language = language
        self._by_opinion = by_opinion
        self._units: Mapping[int, str] = unit_names(scope=scope)
        self._channels = channel_names(language)
        # Names of fixed words are drawn now: the file is written after the request's language is gone.
        self._sentiments = {code: str(name) for code, name in SENTIMENTS.items()}
        self._causes = {code: str(name) for code, name in CAUSES.items()}
        self._urgency = {level: str(name) for level, name in URGENCY.items()}
        self._yes, self._no = _("yes"), _("no")

    def columns(self) -> list[str]:
        """The heading."""
        voice = [
            *(_("Voice"), _("Said at"), _("Received at"), _("Unit"), _("Channel"), _("Source")),
            *(_("Touchpoint"), _("Product"), _("Stars"), _("Words"), _("Sentiment of the whole")),
            *(_("Urgency"), _("Emotions"), _("Intents"), _("Signals"), _("Unmet needs"), _("Cause")),
            _("Answered"),
        ]
        if self._by_opinion:
            return [*voice, _("Aspect"), _("Polarity"), _("Words of the opinion"), _("Confidence")]
        return [*voice, _("Opinions")]

    def rows(self, voices: Iterable[VoiceRow]) -> Iterator[Sequence[Cell]]:
        """The rows; a voice without opinions has one row in any case."""
        for row in voices:
            cells = self._voice_cells(row)
            if not self._by_opinion:
                yield [*cells, "; ".join(map(self._opinion_text, row.opinions))]
                continue
            if not row.opinions:
                yield [*cells, "", "", "", None]
            for one in row.opinions:
                yield [*cells, *self._opinion_cells(one, text=row.feedback.text)]

    def _voice_cells(self, row: VoiceRow) -> list[Cell]:
        one, say = row.feedback, wording(self._language).name
        unmet = [need.name for need in one.needs if not need.met]
        return [
            *(one.feedback_id, one.occurred_at, one.received_at),
            self._units.get(one.unit_id or 0, ""),
            self._channels.get(one.channel, one.channel),
            *(one.source, say(one.touchpoint or ""), one.product or "", one.stars, one.text),
            self._sentiments.get(one.sentiment or "", ""),
            self._urgency.get(one.urgency, ""),
            _join(say(found.name) for found in one.emotions),
            _join(say(found.name) for found in one.intents),
            _join(say(found.kind) for found in one.signals),
            _join(map(say, unmet)),
            self._causes.get(one.cause or "", ""),
            self._yes if row.is_answered else self._no,
        ]

    def _opinion_text(self, one: OpinionOut) -> str:
        name = naming.aspect_name(one.aspect, language=self._language, stored=one.aspect_name)
        words = " ".join(word for word in (one.term, one.opinion) if word)
        return f"{name} {SIGNS.get(one.polarity, '')} {words}".strip()

    def _opinion_cells(self, one: OpinionOut, *, text: str) -> list[Cell]:
        return [
            naming.aspect_name(one.aspect, language=self._language, stored=one.aspect_name),
            self._sentiments.get(one.polarity, one.polarity),
            text[one.start : one.end],
            round(one.confidence, 2),
        ]


def counted(
    rows: Iterable[Sequence[Cell]], *, n_rows: int, connection: duckdb.DuckDBPyConnection
) -> Iterator[Sequence[Cell]]:
    """The rows, with the connection closed after the last; their number is checked.

    Raises:
        CountMismatch: there are more or fewer than `n_rows`.
    """
    n = 0
    with closing(connection):
        for row in rows:
            n += 1
            if n > n_rows:
                break
            yield row
    if n != n_rows:
        raise CountMismatch(f"The file should hold {n_rows} rows; {n} were found.")


def _join(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))
