"""What every file passes on its way out; the room that knows people registers who may take how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.http import HttpRequest
from django.utils import timezone


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMark:
    """What a file carries: the number under which the audit trail tells of it, who took it, and when.

    `n_rows` None: they are not known before the last one left.
    """

    number: str
    who: str
    at: datetime
    n_rows: int | None

    @property
    def text(self) -> str:
        """All of it in one cell: "E-7K3M-92QF · Li · 2026-11-23 13:50+08:00 · 1234"."""
        moment = timezone.localtime(self.at).isoformat(sep=" ", timespec="minutes")
        parts = [self.number, self.who, moment, "" if self.n_rows is None else str(self.n_rows)]
        return " · ".join(part for part in parts if part)


class FileGate(Protocol):
    """Decides whether a file may leave."""

    def free_rows(self, request: HttpRequest) -> int | None:
        """How many rows may leave without a second person's yes; None: any number."""

    def check(self, request: HttpRequest, *, name: str, n_rows: int) -> None:
        """Nothing where `admit` would let the file leave. Raises where it would not."""

    def admit(self, request: HttpRequest, *, name: str, n_rows: int | None) -> FileMark | None:
        """The mark of a file that may leave now; None where it needs none. Raises where it may not."""


_gates: list[FileGate] = []


def register_gate(gate: FileGate) -> None:
    """The one gate; registering another replaces it."""
    _gates[:] = [gate]


def free_rows(request: HttpRequest) -> int | None:
    """How many rows may leave without a second person's yes; None: any number."""
    return _gates[0].free_rows(request) if _gates else None


def check(request: HttpRequest, *, name: str, n_rows: int) -> None:
    """Nothing where the file may leave; for files that are costly or told of while they are made.

    `name` says what it is, to whoever is asked to agree.

    Raises:
        ZhiyinError: so many rows may not leave, and nobody agreed to exactly this file.
    """
    if _gates:
        _gates[0].check(request, name=name, n_rows=n_rows)


def admit(request: HttpRequest, *, name: str, n_rows: int | None) -> FileMark | None:
    """The mark of the file, as the gate gives it; None where there is no gate."""
    return _gates[0].admit(request, name=name, n_rows=n_rows) if _gates else None
