"""Pages that make and change boards: everything works by buttons, and with the keyboard."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.boards import services, tile_services
from zhiyin.insight.boards.files import MAX_BYTES, read_board
from zhiyin.insight.boards.filter_choices import list_filter_choices
from zhiyin.insight.boards.forms import BoardForm, TileForm
from zhiyin.insight.boards.queries import get_board, get_tile
from zhiyin.insight.boards.showing import make_board_state, name_filter, name_tile
from zhiyin.insight.boards.tiles import Tile, read_tiles
from zhiyin.insight.boards.views import find_board
from zhiyin.insight.boards.wording import SHAPE_NAMES, SIZE_NAMES, explain_refusal
from zhiyin.insight.models import Board
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event
from zhiyin.people.views.posts import takes_form_of

_DIRECTIONS = frozenset({"up", "down", "first", "last"})


@requires(Permission.SUMMARY_READ)
def new_board(request: HttpRequest) -> HttpResponse:
    """A form; then the empty board, ready for its first tile."""
    form = BoardForm(request.POST or None, scope=scope_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_board(form.wanted(), owner=_account(request), now=timezone.now())
        except InvalidInput as error:
            _refuse(form, error)
        else:
            _record(request, "board.created", made)
            return redirect("edit_board", made.pk)
    status = 422 if form.errors else 200
    return render_page(request, "insight/boards/new.html", {"form": form}, status=status)


@requires(Permission.SUMMARY_READ)
@takes_form_of("boards")
def import_board(request: HttpRequest) -> HttpResponse:
    """A board of a file, private until it is shared."""
    file = request.FILES.get("file")
    try:
        if file is None:
            raise InvalidInput("Choose a file.", field="file")
        wanted, tiles = read_board(file.read(MAX_BYTES + 1))
        made = services.create_board(wanted, owner=_account(request), tiles=tiles, now=timezone.now())
    except InvalidInput as error:
        tell(request, explain_refusal(error), tone="bad")
        return redirect("boards")
    _record(request, "board.created", made)
    tell(request, _("“%(name)s” is yours now.") % {"name": made.name}, undo_url=_delete_url(made))
    return redirect("board", made.pk)


@requires(Permission.SUMMARY_READ)
@takes_form_of("board", "key")
def copy_board(request: HttpRequest, key: str) -> HttpResponse:
    """An own board, the same as this one."""
    found = find_board(request, key)
    name = found.name if found.is_ready_made else _("%(name)s (copy)") % {"name": found.name}
    scope = scope_of(request)
    wanted = services.WantedBoard(
        name=name[: services.MAX_NAME],
        description=found.description,
        period=found.period,
        unit=found.unit if found.unit is not None and scope.allows(found.unit.pk) else None,
    )
    try:
        made = services.create_board(wanted, owner=_account(request), tiles=found.tiles, now=timezone.now())
    except InvalidInput as error:
        tell(request, explain_refusal(error), tone="bad")
        return redirect("board", key)
    _record(request, "board.created", made)
    tell(request, _("“%(name)s” is yours now.") % {"name": made.name}, undo_url=_delete_url(made))
    return redirect("edit_board", made.pk)


@requires(Permission.SUMMARY_READ)
def edit_board(request: HttpRequest, board_id: int) -> HttpResponse:
    """Its settings, and its tiles with buttons to move, change and remove them."""
    row = _own(request, board_id)
    form = BoardForm(request.POST or None, scope=scope_of(request), stored=row)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_board(board_id, form.wanted(), owner=_account(request), now=timezone.now())
        except InvalidInput as error:
            _refuse(form, error)
        else:
            _record(request, "board.changed", row)
            tell(request, _("Saved."))
            return redirect("board", board_id)
    return _render_edit(request, row, form=form)


def _render_edit(request: HttpRequest, row: Board, *, form: BoardForm) -> HttpResponse:
    found = get_board(str(row.pk), account=_account(request), language=page_language())
    state = make_board_state(request.GET, board=found, scope=scope_of(request))
    tiles = read_tiles(row.tiles)
    context = {
        "board": found,
        "form": form,
        "lines": [
            {
                "tile": tile,
                "title": name_tile(tile, state=state),
                "narrowed": name_filter(tile, state=state),
                "shape": SHAPE_NAMES[tile.shape],
                "size": SIZE_NAMES[tile.size],
                "is_first": place == 0,
                "is_last": place == len(tiles) - 1,
            }
            for place, tile in enumerate(tiles)
        ],
        "moved": request.GET.get("moved", ""),
    }
    return render_page(
        request,
        "insight/boards/edit.html",
        context,
        parts={"board-tiles": "insight/boards/_edit_tiles.html"},
        status=422 if form.errors else 200,
    )


@requires(Permission.SUMMARY_READ)
def new_tile(request: HttpRequest, board_id: int) -> HttpResponse:
    """A form; then the tile at the end of the board."""
    return _edit_tile(request, board_id, stored=None)


@requires(Permission.SUMMARY_READ)
def edit_tile(request: HttpRequest, board_id: int, tile_id: str) -> HttpResponse:
    """The same form, for a tile that is there."""
    row = _own(request, board_id)
    found = get_board(str(row.pk), account=_account(request), language=page_language())
    try:
        return _edit_tile(request, board_id, stored=get_tile(found, tile_id))
    except NotFound:
        raise Http404 from None


def _edit_tile(request: HttpRequest, board_id: int, *, stored: Tile | None) -> HttpResponse:
    row = _own(request, board_id)
    found = get_board(str(row.pk), account=_account(request), language=page_language())
    state = make_board_state(request.GET, board=found, scope=scope_of(request))
    form = TileForm(request.POST or None, choices=list_filter_choices(state), stored=stored)
    if request.method == "POST" and form.is_valid():
        owner, now = _account(request), timezone.now()
        try:
            if stored is None:
                tile_services.add_tile(board_id, form.wanted(id="new"), owner=owner, now=now)
            else:
                tile_services.change_tile(board_id, form.wanted(id=stored.id), owner=owner, now=now)
        except InvalidInput as error:
            _refuse(form, error)
        else:
            tell(request, _("Saved."))
            return redirect("edit_board", board_id)
    context = {"board": found, "form": form, "tile": stored}
    return render_page(request, "insight/boards/tile_form.html", context, status=422 if form.errors else 200)


@requires(Permission.SUMMARY_READ)
@takes_form_of("edit_board", "board_id")
def move_tile(request: HttpRequest, board_id: int, tile_id: str) -> HttpResponse:
    """One place up or down, or to an end, as `to` says."""
    to = request.POST.get("to", "")
    if to not in _DIRECTIONS:
        raise Http404
    direction = cast(tile_services.Direction, to)
    try:
        tile_services.move_tile(board_id, tile_id, to=direction, owner=_account(request), now=timezone.now())
    except NotFound:
        raise Http404 from None
    return redirect(f"{reverse('edit_board', args=[board_id])}?moved={tile_id}#edit-{tile_id}")


@requires(Permission.SUMMARY_READ)
@takes_form_of("edit_board", "board_id")
def remove_tile(request: HttpRequest, board_id: int, tile_id: str) -> HttpResponse:
    """Away with it, or back again with `?restore`."""
    owner, now = _account(request), timezone.now()
    try:
        if "restore" in request.GET:
            tile_services.put_back(board_id, tile_id, owner=owner, now=now)
            return redirect("edit_board", board_id)
        tile_services.remove_tile(board_id, tile_id, owner=owner, now=now)
    except NotFound:
        raise Http404 from None
    undo_url = f"{reverse('remove_tile', args=[board_id, tile_id])}?restore"
    tell(request, _("The tile is removed."), undo_url=undo_url)
    return redirect("edit_board", board_id)


@requires(Permission.SUMMARY_READ)
@takes_form_of("boards")
def delete_board(request: HttpRequest, board_id: int) -> HttpResponse:
    """Away with it, or back again with `?restore`."""
    owner = _account(request)
    try:
        if "restore" in request.GET:
            row = services.restore_board(board_id, owner=owner)
            _record(request, "board.restored", row)
            return redirect("board", row.pk)
        row = services.delete_board(board_id, owner=owner, now=timezone.now())
    except NotFound:
        raise Http404 from None
    _record(request, "board.deleted", row)
    undo_url = f"{_delete_url(row)}?restore"
    tell(request, _("“%(name)s” is deleted.") % {"name": row.name}, undo_url=undo_url)
    return redirect("boards")


def _delete_url(row: Board) -> str:
    return reverse("delete_board", args=[row.pk])


def _own(request: HttpRequest, board_id: int) -> Board:
    try:
        return services.get_own(board_id, owner=_account(request))
    except NotFound:
        raise Http404 from None


def _account(request: HttpRequest) -> Account:
    account = visitor_of(request).account
    if account is None:  # a key owns no board
        raise Http404
    return account


def _record(request: HttpRequest, action: str, row: Board) -> None:
    record_event(action, by=actor_of(request), target=("board", row.pk))


def _refuse(form: BoardForm | TileForm, error: InvalidInput) -> None:
    field = error.field if error.field in form.fields else None
    form.add_error(field, explain_refusal(error))
