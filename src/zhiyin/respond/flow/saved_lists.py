"""Lists of cases under a name of one's own; the address holds what they filter by."""

from __future__ import annotations

from django.http import QueryDict
from django.utils import timezone

from zhiyin.errors import InvalidInput
from zhiyin.people.models import Account
from zhiyin.respond.models import CaseView

MAX_NAME, MAX_LISTS = 80, 50
_MAX_QUERY = 2_000
_NOT_KEPT = ("page", "csrfmiddlewaretoken")


def save_list(account: Account, *, name: str, query: str) -> CaseView:
    """The list under that name; one of the same name is replaced.

    Raises:
        InvalidInput: no name, too many lists, or too many filters.
    """
    given = " ".join(name.replace("\0", "").split())
    if not given or len(given) > MAX_NAME:
        raise InvalidInput(f"Give the list a name of 1 to {MAX_NAME} signs.", field="list_name")
    if len(query) > _MAX_QUERY:
        raise InvalidInput("This list has too many filters to be saved.", field="list_query")
    own = CaseView.objects.filter(account=account)
    if not own.filter(name=given).exists() and own.count() >= MAX_LISTS:
        raise InvalidInput(
            f"You have {MAX_LISTS} lists already.", next_step="Delete some.", field="list_count"
        )
    saved, _ = CaseView.objects.update_or_create(
        account=account, name=given, defaults={"query": query, "made_at": timezone.now()}
    )
    return saved


def delete_list(account: Account, *, view_id: int) -> CaseView | None:
    """The list that is gone; None where the account has none of that id."""
    found = CaseView.objects.filter(account=account, pk=view_id).first()
    if found is not None:
        CaseView.objects.filter(pk=view_id).delete()
    return found


def list_saved(account: Account) -> list[CaseView]:
    """The account's lists, by name."""
    return list(CaseView.objects.filter(account=account).order_by("name"))


def clean_query(query: QueryDict) -> str:
    """The filters without the page and what belongs to the form."""
    kept = query.copy()
    for name in _NOT_KEPT:
        kept.pop(name, None)
    return kept.urlencode()
