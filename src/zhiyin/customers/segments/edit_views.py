"""Pages on which a segment is built: plain forms, a live count beside them."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.console.pages import render_page, wanted_part
from zhiyin.console.toasts import tell
from zhiyin.customers.models import Segment
from zhiyin.customers.segments import services
from zhiyin.customers.segments.builder import Offered, draw, find_offered
from zhiyin.customers.segments.definition import Group, check_definition, read_definition
from zhiyin.customers.segments.drafts import DraftGroup, change_draft, draft_of, finish_draft, read_draft
from zhiyin.customers.segments.errors import SegmentChanged
from zhiyin.customers.segments.members import Counted, choose, count_chosen, open_customers
from zhiyin.customers.segments.queries import get_segment
from zhiyin.customers.segments.sentences import tell as tell_definition
from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

_PARTS = {
    "segment-count": "customers/segments/_count.html",
    "segment-builder": "customers/segments/_builder.html",
}


@dataclass(slots=True, kw_only=True)
class _Work:
    """A form on its way: what was typed, and what is wrong with it."""

    draft: DraftGroup
    name: str = ""
    description: str = ""
    seen_version: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    definition: Group = field(default_factory=lambda: Group(op="all"))
    is_right: bool = True


@requires(Permission.CUSTOMERS_EXPORT)
def new_segment(request: HttpRequest) -> HttpResponse:
    """An empty builder; then the new segment."""
    return _build(request, segment=None)


@requires(Permission.CUSTOMERS_EXPORT)
def edit_segment(request: HttpRequest, segment_id: int) -> HttpResponse:
    """The builder with a segment in it; saving makes a version."""
    try:
        return _build(request, segment=get_segment(segment_id))
    except NotFound:
        raise Http404 from None


def _build(request: HttpRequest, *, segment: Segment | None) -> HttpResponse:
    work = _read(request, segment)
    command = request.POST.get("do", "")
    if command and command not in ("save", "count"):
        change_draft(work.draft, command, given=request.POST.dict())
    work.definition, work.is_right = finish_draft(work.draft, scope=scope_of(request))
    if command == "save":
        saved = _save(request, work, segment=segment)
        if saved is not None:
            return redirect("segment", saved.pk)
    elif not command.startswith("count") and command:
        _forget_errors(work.draft)  # a condition that was only just added is not wrong yet
    counted, offered = _look(request, work)
    context = {
        "segment": segment,
        "work": work,
        "root": draw(work.draft),
        "counted": counted,
        "offered": offered,
        "sentence": tell_definition(work.definition),
    }
    status = 422 if work.errors or (command == "save" and not work.is_right) else 200
    return render_page(request, "customers/segments/edit.html", context, parts=_PARTS, status=status)


def _read(request: HttpRequest, segment: Segment | None) -> _Work:
    if request.method == "POST":
        seen = request.POST.get("seen_version", "")
        return _Work(
            draft=read_draft(request.POST.dict()),
            name=request.POST.get("name", ""),
            description=request.POST.get("description", ""),
            seen_version=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None,
        )
    if segment is None:
        draft = DraftGroup()
        change_draft(draft, "add:0", given={"new.0": "spoke"})
        return _Work(draft=draft)
    return _Work(
        draft=draft_of(read_definition(segment.definition)),
        name=segment.name,
        description=segment.description,
        seen_version=segment.version,
    )


def _save(request: HttpRequest, work: _Work, *, segment: Segment | None) -> Segment | None:
    """The saved segment; None, and what is wrong in `work`, where it cannot be."""
    if not work.name.strip():
        work.errors["name"] = _("Give it a name.")
    try:
        check_definition(work.definition)
    except InvalidInput:
        if work.is_right:
            work.errors["definition"] = _("Add 1 to 50 conditions.")
    if work.errors or not work.is_right:
        return None
    wanted = services.WantedSegment(name=work.name, description=work.description, definition=work.definition)
    try:
        saved = services.save_segment(
            wanted,
            by=visitor_of(request).account,
            now=timezone.now(),
            segment_id=segment.pk if segment else None,
            seen_version=work.seen_version,
        )
    except SegmentChanged:
        work.errors["definition"] = _("Somebody else changed this segment meanwhile. Open it again.")
        return None
    except InvalidInput as error:
        work.errors[error.field or "definition"] = _("This is too long.")
        return None
    record_event(
        "segment.changed" if segment else "segment.created",
        by=actor_of(request),
        target=("segment", saved.pk),
        details={"version": saved.version},
    )
    tell(request, _("“%(name)s” is saved.") % {"name": saved.name})
    return saved


def _look(request: HttpRequest, work: _Work) -> tuple[Counted, Offered | None]:
    now = timezone.now()
    with open_customers(open_engine(settings.HOME), scope=scope_of(request), now=now) as connection:
        counted = count_chosen(connection, choose(work.definition, now=now))
        offered = None if wanted_part(request) == "segment-count" else find_offered(connection)
    return counted, offered


def _forget_errors(draft: DraftGroup) -> None:
    for part in draft.parts:
        if isinstance(part, DraftGroup):
            _forget_errors(part)
        else:
            part.errors = {}
