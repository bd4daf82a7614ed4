"""Where a file is fetched: one address, with what a form sent along, sealed while it waits and compared
when it is fetched.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

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
_NOT_KEPT = "csrfmiddlewaretoken"
# No address holds one.
_LINE = "\n"
_LONGEST_FORM = 60_000
_SALT = "zhiyin.people.exporting"
_A_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """How an approved file is fetched: by its address, or, with `fields`, by sending these to it again."""

    url: str
    fields: list[tuple[str, str]]


def address_of(request: HttpRequest) -> str:
    """The address without the number of a request; of a form a second line says what it sent.

    Empty where the file cannot be asked for: the form is too long to be kept, or sends files along.
    """
    given = request.GET.copy()
    given.pop(PARAMETER, None)
    query = given.urlencode()
    address = f"{request.path}?{query}" if query else request.path
    if request.method in ("GET", "HEAD"):
        return address
    sent = request.POST.copy()
    sent.pop(_NOT_KEPT, None)
    body = sent.urlencode()
    return "" if request.FILES or len(body) > _LONGEST_FORM else f"{address}{_LINE}{body}"


def is_of_form(address: str) -> bool:
    """Whether a form has to be sent again for the file."""
    return _LINE in address


def fetching_of(address: str, *, request_id: int) -> Fetching:
    """How the approved file of this address is fetched."""
    url, _line, body = address.partition(_LINE)
    number = f"{'&' if '?' in url else '?'}{PARAMETER}={request_id}"
    fields = parse_qsl(body, keep_blank_values=True) if is_of_form(address) else []
    return Fetching(url=f"{url}{number}", fields=fields)


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
