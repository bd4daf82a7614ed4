"""What is true of each voice, and the files that keep it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from zhiyin.listen.items import FeedbackIn, IdentityIn
from zhiyin.listen.sample.circumstances import every_identity, make_circumstances
from zhiyin.listen.sample.company import Company


class AspectTruth(msgspec.Struct, frozen=True, gc=False):
    """An aspect (leaf of the restaurant taxonomy) spoken of, with its polarity."""

    aspect: str
    polarity: str


class PrivateTruth(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A private datum as written; offsets in code points of the text, or of the turn `turn` (0-based)."""

    kind: str
    value: str
    start: int
    end: int
    turn: int | None = None


class VoiceTruth(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of one voice.

    `customer` is None where the author stands for nobody (spam); `sentiment` is None where the words
    cannot tell; `duplicate_of` is the external id of the voice whose words were copied.
    """

    source: str
    external_id: str
    occurred_at: datetime
    unit: str
    customer: str | None
    sentiment: str | None
    aspects: tuple[AspectTruth, ...] = ()
    phenomena: tuple[str, ...] = ()
    private: tuple[PrivateTruth, ...] = ()
    incident: str | None = None
    duplicate_of: str | None = None


class IncidentTruth(msgspec.Struct, frozen=True, kw_only=True):
    """A planted incident as the company file has it; days are Beijing's, both included."""

    code: str
    kind: str
    units: tuple[str, ...]
    first_day: date
    last_day: date
    aspect: str
    polarity: str
    channel: str | None
    rival: str | None


class CustomerTruth(msgspec.Struct, frozen=True, kw_only=True):
    """A true person: name, address and every identity that any system knows.

    The type of an identity that means something in one source alone ends in `@source`.
    """

    code: str
    name: str
    nickname: str
    address: str
    wechat: str
    qq: str
    birthday: str
    identities: list[IdentityIn]


class CompanyTruth(msgspec.Struct, frozen=True, kw_only=True):
    """The company file beside the voices' truth."""

    first_day: date
    last_day: date
    seed: int
    n_voices: int
    incidents: list[IncidentTruth]
    customers: list[CustomerTruth]


def describe_company(company: Company) -> CompanyTruth:
    """The truth on the company: incidents and customers with their identities."""
    options = company.options
    return CompanyTruth(
        first_day=options.first_day,
        last_day=options.last_day,
        seed=options.seed,
        n_voices=options.n_voices_wanted,
        incidents=[
            IncidentTruth(
                code=i.code,
                kind=i.kind,
                units=i.units,
                first_day=i.first_day,
                last_day=i.last_day,
                aspect=i.aspect,
                polarity=i.polarity,
                channel=i.channel,
                rival=i.rival,
            )
            for i in company.incidents
        ],
        customers=[
            CustomerTruth(
                code=c.code,
                name=c.name,
                nickname=c.nickname,
                address=c.address,
                wechat=c.wechat,
                qq=c.qq,
                birthday=about.birthday,
                identities=every_identity(c, about),
            )
            for c, about in zip(company.customers, make_circumstances(company), strict=True)
        ],
    )


class TruthFile:
    """Writes the truth while the voices pass: `with TruthFile(path, company=c) as truth: truth.add(batch)`.

    `path` gets one JSON object a voice; `<path stem>.company.json` beside it gets incidents and
    customers. Both hold every (invented) private datum, so they are readable by their owner only.
    """

    def __init__(self, path: Path, *, company: Company) -> None:
        self._file: BinaryIO = _open_private(path)
        self._encoder = msgspec.json.Encoder()
        self.n_voices = 0
        with _open_private(path.with_name(f"{path.stem}.company.json")) as header:
            header.write(self._encoder.encode(describe_company(company)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, batch: Sequence[tuple[FeedbackIn, VoiceTruth]]) -> None:
        """Write the truth of one batch."""
        self._file.write(self._encoder.encode_lines([truth for _, truth in batch]))
        self.n_voices += len(batch)


def write_truth(
    path: Path, *, company: Company, batches: Iterable[Sequence[tuple[FeedbackIn, VoiceTruth]]]
) -> int:
    """Write the truth of all batches (see `TruthFile`); returns the number of voices."""
    with TruthFile(path, company=company) as truth:
        for batch in batches:
            truth.add(batch)
        return truth.n_voices


def _open_private(path: Path) -> BinaryIO:
    path.touch(mode=0o600)
    path.chmod(0o600)
    return path.open("wb")
