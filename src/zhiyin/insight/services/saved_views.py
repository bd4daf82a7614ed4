"""Saves, renames, shares, deletes views, and chooses the one that opens first."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.models import DefaultView, SavedView
from zhiyin.insight.queries.saved_views import get_own_view, get_view
from zhiyin.people.models import Account, RoleGrant

MAX_NAME = 80
MAX_QUERY = 4000
MAX_VIEWS = 200


def save_view(
    *, owner: Account, name: str, query: str, sharing: str = SavedView.Sharing.OWN, role: str = ""
) -> SavedView:
    """The new view. With `sharing` by role, `role` is one that the owner holds; empty takes the first.

    Raises:
        InvalidInput: no name, one that the owner has in use, too many views, or a state too long.
        Conflict: the name was taken this very moment.
    """
    if SavedView.objects.filter(owner=owner, deleted_at=None).count() >= MAX_VIEWS:
        raise InvalidInput(f"You have {MAX_VIEWS} views already.", next_step="Delete some.", field="name")
    if len(query) > MAX_QUERY:
        raise InvalidInput("This view has too many filters to be saved.", field="name")
    return _store(
        SavedView(
            owner=owner,
            name=_usable_name(name, owner=owner),
            query=query,
            sharing=_sharing(sharing),
            role=_role(sharing, role, owner=owner),
        )
    )


def change_view(*, view_id: int, owner: Account, name: str, sharing: str, role: str = "") -> SavedView:
    """The view renamed and shared as said; only its owner may.

    Raises:
        NotFound: it is not theirs. InvalidInput, Conflict: as `save_view`.
    """
    view = get_own_view(view_id, owner=owner)
    view.name = _usable_name(name, owner=owner, but=view)
    view.sharing, view.role = _sharing(sharing), _role(sharing, role, owner=owner)
    return _store(view)


def delete_view(*, view_id: int, owner: Account) -> SavedView:
    """Takes the view from everybody's list; `restore_view` brings it back, also as a default.

    Raises:
        NotFound: it is not theirs.
    """
    view = get_own_view(view_id, owner=owner)
    view.deleted_at = timezone.now()
    view.save(update_fields=["deleted_at"])
    return view


def restore_view(*, view_id: int, owner: Account) -> SavedView:
    """The deleted view, back again; under a longer name where its own was taken meanwhile.

    Raises:
        NotFound: it is not theirs.
    """
    view = SavedView.objects.filter(pk=view_id, owner=owner).first()
    if view is None:
        raise NotFound("There is no such view.")
    if view.deleted_at is None:
        return view
    taken = set(SavedView.objects.filter(owner=owner, deleted_at=None).values_list("name", flat=True))
    names = (view.name if not n else f"{view.name[: MAX_NAME - 5]} ({n})" for n in range(MAX_VIEWS + 2))
    view.name = next(name for name in names if name not in taken)
    view.deleted_at = None
    return _store(view)


def choose_default_view(*, account: Account, view_id: int | None) -> None:
    """Opens this view first from now on; None opens all voices.

    Raises:
        NotFound: there is no such view, or the account does not see it.
    """
    if view_id is None:
        DefaultView.objects.filter(account=account).delete()
        return
    view = get_view(view_id, account=account)
    DefaultView.objects.update_or_create(account=account, defaults={"view": view})


def _store(view: SavedView) -> SavedView:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise Conflict("You have a view of this name.", next_step="Choose another name.") from None
    return view


def _usable_name(name: str, *, owner: Account, but: SavedView | None = None) -> str:
    given = " ".join(name.replace("\0", "").split())
    if not given or len(given) > MAX_NAME:
        raise InvalidInput(f"Give the view a name of 1 to {MAX_NAME} signs.", field="name")
    taken = SavedView.objects.filter(owner=owner, name=given, deleted_at=None)
    if (taken.exclude(pk=but.pk) if but else taken).exists():
        raise InvalidInput(
            "You have a view of this name already.", next_step="Choose another name.", field="name"
        )
    return given


def _sharing(sharing: str) -> str:
    return sharing if sharing in SavedView.Sharing.values else SavedView.Sharing.OWN.value


def _role(sharing: str, role: str, *, owner: Account) -> str:
    """One of the owner's own roles: nobody shares with people of whom they know nothing."""
    if sharing != SavedView.Sharing.ROLE:
        return ""
    held = sorted(RoleGrant.objects.filter(account=owner).values_list("role", flat=True))
    if not held:
        raise InvalidInput("You hold no role to share the view with.", field="sharing")
    return role if role in held else held[0]
