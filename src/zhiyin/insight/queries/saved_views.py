"""Reads saved views: the own ones, and those that others share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from zhiyin.errors import NotFound
from zhiyin.insight.models import DefaultView, SavedView
from zhiyin.people.models import Account, RoleGrant


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewLine:
    """One view as somebody sees it."""

    view: SavedView
    is_own: bool
    is_default: bool


def list_views(account: Account) -> list[ViewLine]:
    """The account's own views, then those shared with it, each by name. Three queries."""
    default = DefaultView.objects.filter(account=account).values_list("view_id", flat=True).first()
    views = _seen_by(account).select_related("owner")
    return [
        ViewLine(view=view, is_own=view.owner_id == account.pk, is_default=view.pk == default)
        for view in sorted(views, key=lambda view: (view.owner_id != account.pk, view.name))
    ]


def get_view(view_id: int, *, account: Account) -> SavedView:
    """The view, if the account sees it.

    Raises:
        NotFound: there is none, or it is not shared with them.
    """
    return _get(_seen_by(account), view_id)


def get_own_view(view_id: int, *, owner: Account) -> SavedView:
    """The view, if it is theirs.

    Raises:
        NotFound: it is not.
    """
    return _get(SavedView.objects.filter(owner=owner, deleted_at=None), view_id)


def find_default_view(account: Account) -> SavedView | None:
    """The view that opens first for the account; None where it chose none, or sees it no longer."""
    chosen = DefaultView.objects.filter(account=account).values_list("view_id", flat=True)
    return _seen_by(account).filter(pk__in=list(chosen)).first() if chosen else None


def _seen_by(account: Account) -> QuerySet[SavedView]:
    roles: Iterable[str] = RoleGrant.objects.filter(account=account).values_list("role", flat=True)
    return SavedView.objects.filter(
        Q(owner=account)
        | Q(sharing=SavedView.Sharing.COMPANY)
        | Q(sharing=SavedView.Sharing.ROLE, role__in=roles),
        deleted_at=None,
    )


def _get(views: QuerySet[SavedView], view_id: int) -> SavedView:
    view = views.filter(pk=view_id).first()
    if view is None:
        raise NotFound("There is no such view.")
    return view
