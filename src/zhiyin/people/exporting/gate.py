"""Marks every file that leaves, tells the audit trail of it, and holds large ones back."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from zhiyin.console.file_gate import FileMark
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.exporting.addresses import address_of, sign_wish, wanted_request
from zhiyin.people.exporting.errors import FileHeld
from zhiyin.people.exporting.queries import get_rule
from zhiyin.people.exporting.services import can_fetch, fetch_once
from zhiyin.people.models import Account, ExportRequest
from zhiyin.people.services.audit import record_event

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class PeopleGate:
    """The gate of the console's files; asks the database once for a small file."""

    def free_rows(self, request: HttpRequest) -> int | None:
        """The rule's number of rows."""
        return get_rule().n_free if _has_asker(request) else None

    def check(self, request: HttpRequest, *, name: str, n_rows: int) -> None:
        """Nothing for a file that may leave; a yes to it stays until `admit`.

        Raises:
            FileHeld: more rows than may leave, and nobody agreed to exactly this file.
        """
        free = self.free_rows(request)
        if free is None or n_rows <= free:
            return
        account, address, asked = visitor_of(request).account, address_of(request), wanted_request(request)
        if account is None or not _is_agreed(
            asked, account=account, address=address, n_rows=n_rows, at=timezone.now()
        ):
            raise _held(account, address=address, name=name, n_rows=n_rows)

    def admit(self, request: HttpRequest, *, name: str, n_rows: int | None) -> FileMark | None:
        """The mark; nothing for a request that came past the doors of the server.

        Raises:
            FileHeld: more rows than may leave, and nobody agreed to exactly this file.
        """
        if not _has_asker(request):
            return None
        visitor, now = visitor_of(request), timezone.now()
        who = str(visitor.account) if visitor.account else f"key {visitor.key.key_id}" if visitor.key else ""
        mark = FileMark(number=make_number(), who=who, at=now, n_rows=n_rows)
        free = get_rule().n_free
        if free is not None and (n_rows is None or n_rows > free):
            _let_pass_once(request, account=visitor.account, name=name, mark=mark)
        if request.method != "HEAD":
            details = {"name": name, "rows": "" if n_rows is None else n_rows}
            record_event("file.taken", by=actor_of(request), target=("file", mark.number), details=details)
        return mark


def make_number() -> str:
    """A number such as E-7K3M-92QF: 40 random bits in signs that are read aloud without mistakes."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(8))
    return f"E-{signs[:4]}-{signs[4:]}"


def _has_asker(request: HttpRequest) -> bool:
    return hasattr(request, "user")


def _let_pass_once(request: HttpRequest, *, account: Account | None, name: str, mark: FileMark) -> None:
    address, n_rows, asked = address_of(request), mark.n_rows, wanted_request(request)
    if account is not None and asked is not None and address:
        if request.method == "HEAD":
            if _is_agreed(asked, account=account, address=address, n_rows=n_rows, at=mark.at):
                return
        elif fetch_once(
            asked, address=address, n_rows=n_rows, account=account, file_number=mark.number, at=mark.at
        ):
            return
    raise _held(account, address=address, name=name, n_rows=n_rows)


def _is_agreed(
    asked: int | None, *, account: Account, address: str, n_rows: int | None, at: datetime
) -> bool:
    found = ExportRequest.objects.filter(pk=asked, account=account).first() if asked and address else None
    return found is not None and can_fetch(found, address=address, n_rows=n_rows, at=at)


def _held(account: Account | None, *, address: str, name: str, n_rows: int | None) -> FileHeld:
    account_id = account.pk if account is not None else 0
    return FileHeld(wish=sign_wish(address=address, name=name, n_rows=n_rows or 0, account_id=account_id))
