"""What reads notices."""

from __future__ import annotations

from django.db.models import QuerySet

from zhiyin.people.models import Account
from zhiyin.people.pages import Page
from zhiyin.respond.models import Notice

MOST_COUNTED = 99
_SIZE = 30


def count_unread(account_id: int) -> int:
    """How many the account has not read; 100 stands for more. One query by an index."""
    unread = Notice.objects.filter(account_id=account_id, read_at=None)
    return len(unread.values_list("pk", flat=True)[: MOST_COUNTED + 1])


def list_notices(account: Account, *, is_unread: bool, number: int) -> Page[Notice]:
    """The account's own, the newest first, with case, unit and who did it. Two queries."""
    rows: QuerySet[Notice] = Notice.objects.filter(account=account)
    if is_unread:
        rows = rows.filter(read_at=None)
    found = rows.select_related("case__unit", "by").order_by("-at", "-id")
    start = (number - 1) * _SIZE
    return Page(rows=list(found[start : start + _SIZE]), number=number, n_rows=rows.count(), size=_SIZE)


def say_state(page: Page[Notice], *, n_unread: int) -> str:
    """A short word that is another one once a notice came, was read or is unread again."""
    newest = page.rows[0].pk if page.rows else 0
    return f"{newest}-{page.n_rows}-{n_unread}"
