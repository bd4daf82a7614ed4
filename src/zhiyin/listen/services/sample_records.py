"""Loads what stands beside the sample company's voices, and takes it away again."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.engine import Engine
from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.records.items import RecordIn
from zhiyin.listen.records.kinds import KINDS, SAMPLE_SOURCE
from zhiyin.listen.records.tables import RECORD_TABLES
from zhiyin.listen.records.taking import take_records
from zhiyin.listen.records.turn import records_turn
from zhiyin.listen.sample.company import Company
from zhiyin.listen.sample.enrolments import make_enrolments
from zhiyin.listen.sample.goods import make_goods
from zhiyin.listen.sample.hotline import Hotline
from zhiyin.listen.sample.inspections import make_inspections
from zhiyin.listen.sample.orders import OrderBook
from zhiyin.listen.sample.truth import VoiceTruth

# A commit costs the same for ten rows and for ten thousand.
_BATCH = 20_000


class SampleRecords:
    """Takes in members first, orders and contacts beside the voices, goods and inspections at the end.

    Twice adds nothing.
    """

    def __init__(self, company: Company, *, engine: Engine) -> None:
        self._company = company
        self._engine = engine
        self._orders = OrderBook(company)
        self._hotline = Hotline(company)
        self._waiting: dict[str, list[RecordIn]] = {code: [] for code in KINDS}

    def begin(self) -> None:
        """The members' enrolments: whom the chain knows before anybody speaks."""
        self._waiting["visits"] += make_enrolments(self._company)
        self._take("visits")

    def add(self, voices: Sequence[tuple[FeedbackIn, VoiceTruth]]) -> None:
        """The records of these voices, which must come in their order."""
        self._waiting["purchases"] += self._orders.orders(voices)
        self._waiting["contacts"] += self._hotline.contacts(voices)
        for code, records in self._waiting.items():
            if len(records) >= _BATCH:
                self._take(code)

    def finish(self) -> None:
        """What still waits, what members own, and the inspections."""
        self._waiting["products"] += make_goods(self._company)
        self._waiting["inspections"] += make_inspections(self._company)
        for code in KINDS:
            self._take(code)

    def _take(self, code: str) -> None:
        records, self._waiting[code] = self._waiting[code], []
        for start in range(0, len(records), _BATCH):
            take_records(
                records[start : start + _BATCH], kind=KINDS[code], source=SAMPLE_SOURCE, engine=self._engine
            )


def remove_sample_records(engine: Engine) -> None:
    """Delete every record of the sample company."""
    with records_turn(engine.home):
        for spec in RECORD_TABLES:
            if spec.name in engine.lake.tables():
                engine.lake.delete(spec.name, where=f"source = '{SAMPLE_SOURCE}'")
