"""Loads the sample company: its org units, then its voices, through the same door as everybody's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from zhiyin import __version__
from zhiyin.engine import Engine
from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.receipts import Receipt
from zhiyin.listen.sample import Company, TruthFile, VoiceTruth, generate_voices
from zhiyin.listen.services.intake import Intake
from zhiyin.listen.services.sample_records import SampleRecords
from zhiyin.listen.services.sample_state import CONNECTOR, note_sample
from zhiyin.people.models import OrgUnit
from zhiyin.people.services.units import create_unit, ensure_root, rename_unit

on_loaded: list[Callable[[Company, Engine], None]] = []
"""Rooms above add what they bring to the sample company, once its records stand in the lake.

Called again where the company is loaded again, when it must add nothing.
"""


class Listener(Protocol):
    """Of a room above that makes something of the voices themselves."""

    def hear(self, voices: Sequence[tuple[FeedbackIn, VoiceTruth]], receipts: Sequence[Receipt]) -> None:
        """A batch with the ids that its voices have here."""
        ...

    def finish(self) -> None:
        """Everything else of the company is here; done again, it adds nothing."""
        ...


listeners: list[Callable[[Company, Engine], Listener]] = []
"""Rooms above add what makes a listener, one for each loading."""


def load_sample(
    company: Company,
    *,
    intake: Intake,
    engine: Engine | None = None,
    truth: Path | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Take in every voice of the company; returns how many were new.

    Loading the same company twice adds nothing. `truth` gets what is true of each voice, with a file of
    incidents and customers beside it. With an `engine` orders, contacts and inspections come too, and what
    rooms above bring.
    `on_progress` gets the number of voices passed so far.
    """
    _make_units(company)
    n_new, n_passed = 0, 0
    with ExitStack() as stack:
        records = SampleRecords(company, engine=engine) if engine else None
        if records is not None:
            records.begin()
        heard = [listen(company, engine) for listen in listeners] if engine else []
        notes = stack.enter_context(TruthFile(truth, company=company)) if truth else None
        for batch in generate_voices(company):
            receipts = intake.receive(
                [voice for voice, _ in batch],
                source=CONNECTOR,
                connector=CONNECTOR,
                connector_version=__version__,
            )
            n_new += sum(receipt.status == "accepted" for receipt in receipts)
            n_passed += len(batch)
            if records is not None:
                records.add(batch)
            for one in heard:
                one.hear(batch, receipts)
            if notes is not None:
                notes.add(batch)
            on_progress(n_passed)
        if records is not None:
            records.finish()
    if engine is not None:
        for bring in on_loaded:
            bring(company, engine)
    for one in heard:
        one.finish()
    return n_new


def _make_units(company: Company) -> None:
    root = ensure_root()
    own_root, *below = company.units
    name_before = None
    if root.name != own_root.name and not OrgUnit.objects.filter(parent=root).exists():
        name_before = root.name
        rename_unit(root, name=own_root.name)
    note_sample(is_present=True, company_name=name_before)
    made: dict[str, OrgUnit] = {own_root.code: root}
    known = {unit.code: unit for unit in OrgUnit.objects.filter(code__in=[unit.code for unit in below])}
    for unit in below:
        parent = made[unit.parent_code or own_root.code]
        made[unit.code] = known.get(unit.code) or create_unit(
            unit.code, name=unit.name, kind=unit.kind, parent=parent
        )
