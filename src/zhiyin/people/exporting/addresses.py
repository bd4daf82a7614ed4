"""Where a file is fetched: one address, sealed while it waits and compared when it is fetched."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from zhiyin.engine import open_engine
from zhiyin.engine.sealed import SealedStore
from zhiyin.engine.vault import TokenUnreadable
from zhiyin.people.models import ExportRequest
from zhiyin.people.sealed_columns import SealedColumn

PARAMETER = "export"
"""The number of the request that was approved, as it stands in the address of the file."""
_CONTEXT = b"export-address"
_SALT = "zhiyin.people.exporting"
_A_DAY = 24 * 60 * 60


def address_of(request: HttpRequest) -> str:
    """The address without the number of a request."""
    given = request.GET.copy()
    given.pop(PARAMETER, None)
    query = given.urlencode()
    return f"{request.path}?{query}" if query else request.path


def with_request(address: str, *, request_id: int) -> str:
    """The address at which the approved file is fetched."""
    return f"{address}{'&' if '?' in address else '?'}{PARAMETER}={request_id}"


def wanted_request(request: HttpRequest) -> int | None:
    """The number of the request in the address; None where there is none."""
    text = request.GET.get(PARAMETER, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def seal_address(address: str) -> bytes:
    """The address encrypted: it may hold what somebody searched for."""
    return open_engine(settings.HOME).vault.encrypt(address.encode(), context=_CONTEXT)


def open_address(found: ExportRequest) -> str:
    """The address of the request; empty where nothing can be fetched, or where it does not open."""
    if found.address_sealed is None:
        return ""
    try:
        return (
            open_engine(settings.HOME).vault.decrypt(bytes(found.address_sealed), context=_CONTEXT).decode()
        )
    except TokenUnreadable:
        return ""


def list_sealed_here() -> list[SealedStore]:
    """Where this room keeps what it sealed, for the rotation of the keys."""
    return [SealedColumn(model=ExportRequest, column="address_sealed", context=lambda _row: _CONTEXT)]


def sign_wish(*, address: str, name: str, n_rows: int, account_id: int) -> str:
    """What was held back, so that the page that asks why needs to be told nothing else."""
    return signing.dumps([address, name, n_rows, account_id], salt=_SALT, compress=True)


def read_wish(text: str, *, account_id: int) -> tuple[str, str, int] | None:
    """Address, name and rows of what was held back within a day from this account; None for all else."""
    try:
        address, name, n_rows, whose = signing.loads(text, salt=_SALT, max_age=_A_DAY)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (str(address), str(name), int(n_rows)) if whose == account_id else None
