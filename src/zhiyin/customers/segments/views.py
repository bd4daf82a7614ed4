"""Pages of segments: the list, one of them with who is in it, what was done to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.customers.identifiers.exporting import MOST_AT_ONCE
from zhiyin.customers.identifiers.pseudonyms import pseudonyms
from zhiyin.customers.models import Segment, SegmentSnapshot
from zhiyin.customers.profile.naming import channel_names
from zhiyin.customers.rights.purposes import list_purposes
from zhiyin.customers.rollup.folder import find_making
from zhiyin.customers.segments import services
from zhiyin.customers.segments.contacting import way_choices
from zhiyin.customers.segments.definition import read_definition
from zhiyin.customers.segments.members import (
    Choice,
    Counted,
    Member,
    choose_of,
    count_chosen,
    list_chosen,
    open_customers,
)
from zhiyin.customers.segments.queries import (
    get_segment,
    get_snapshot,
    list_segments,
    list_snapshots,
    list_versions,
)
from zhiyin.customers.segments.sentences import tell as tell_definition
from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event
from zhiyin.people.views.posts import takes_form_of

A_PAGE = 30
_MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What `console/_pager.html` asks for."""

    number: int
    n_pages: int

    @property
    def has_next(self) -> bool:
        """Whether there is a next one."""
        return self.number < self.n_pages

    @property
    def has_previous(self) -> bool:
        """Whether there is one before."""
        return self.number > 1


@requires(Permission.CUSTOMERS_READ)
def segments(request: HttpRequest) -> HttpResponse:
    """All segments, each in words; counted one by one when shown."""
    rows = [(one, describe(one.definition)) for one in list_segments()]
    return render_page(request, "customers/segments/segments.html", {"rows": rows})


@requires(Permission.CUSTOMERS_READ)
def segment_count(request: HttpRequest, segment_id: int) -> HttpResponse:
    """How many are in it, as a part of the list."""
    segment, _snapshot = find_segment(request, segment_id)
    now = timezone.now()
    with open_customers(open_engine(settings.HOME), scope=scope_of(request), now=now) as connection:
        counted = count_chosen(connection, choose_of(segment, now=now))
    return render_page(request, "customers/segments/_counted.html", {"segment": segment, "counted": counted})


@requires(Permission.CUSTOMERS_READ)
def segment(request: HttpRequest, segment_id: int) -> HttpResponse:
    """One segment, or a snapshot of it: in words, how many, who."""
    found, snapshot = find_segment(request, segment_id)
    now = timezone.now()
    counted, page, members = _read(request, choose_of(found, snapshot=snapshot, now=now), now=now)
    names = pseudonyms([one.customer for one in members])
    making = find_making(settings.HOME)
    versions = list_versions(found)
    kept = next((one for one in versions if snapshot and one.number == snapshot.version), None)
    context = {
        "segment": found,
        "snapshot": snapshot,
        "sentence": describe(kept.definition if kept else found.definition),
        "counted": counted,
        "page": page,
        "members": list(zip(names, members, strict=True)),
        "channel_names": channel_names(),
        "versions": [(one, describe(one.definition)) for one in versions],
        "snapshots": list_snapshots(found),
        "made_at": making.made_at if making else None,
        "purposes": [
            (one.code, one.name.in_language(page_language())) for one in list_purposes() if one.is_on
        ],
        "ways": way_choices(),
        "most_revealed": MOST_AT_ONCE,
    }
    return render_page(request, "customers/segments/segment.html", context)


def _read(request: HttpRequest, choice: Choice, *, now: datetime) -> tuple[Counted, _Page, list[Member]]:
    with open_customers(open_engine(settings.HOME), scope=scope_of(request), now=now) as connection:
        counted = count_chosen(connection, choice)
        n_pages = min(max(1, -(-counted.n // A_PAGE)), _MOST_PAGES)
        text = request.GET.get("page", "1")
        number = min(int(text), n_pages) if text.isascii() and text.isdigit() and len(text) < 9 else 1
        page = _Page(number=max(1, number), n_pages=n_pages)
        members = list_chosen(connection, choice, limit=A_PAGE, offset=(page.number - 1) * A_PAGE)
    return counted, page, members


@requires(Permission.CUSTOMERS_EXPORT)
@takes_form_of("segment", "segment_id")
def restore_segment_version(request: HttpRequest, segment_id: int, number: int) -> HttpResponse:
    """Back to how it was in that version."""
    try:
        saved = services.restore_version(
            segment_id, number=number, by=visitor_of(request).account, now=timezone.now()
        )
    except NotFound:
        raise Http404 from None
    _record(request, "segment.changed", saved, version=saved.version, restored=number)
    tell(request, _("It is again as in version %(number)s.") % {"number": number})
    return redirect("segment", saved.pk)


@requires(Permission.CUSTOMERS_EXPORT)
@takes_form_of("segment", "segment_id")
def delete_segment(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Away with it, or back again with `?restore`."""
    try:
        if "restore" in request.GET:
            found = services.restore_segment(segment_id)
            _record(request, "segment.restored", found)
            return redirect("segment", found.pk)
        found = services.delete_segment(segment_id, now=timezone.now())
    except NotFound:
        raise Http404 from None
    _record(request, "segment.deleted", found)
    undo_url = reverse("delete_segment", args=[found.pk]) + "?restore"
    tell(request, _("“%(name)s” is deleted.") % {"name": found.name}, undo_url=undo_url)
    return redirect("segments")


@requires(Permission.CUSTOMERS_EXPORT)
@takes_form_of("segment", "segment_id")
def take_segment_snapshot(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Fix who is in it now."""
    found, _snapshot = find_segment(request, segment_id)
    taken = services.take_snapshot(
        found,
        engine=open_engine(settings.HOME),
        scope=scope_of(request),
        by=visitor_of(request).account,
        now=timezone.now(),
    )
    _record(request, "segment.fixed", found, customers=taken.n_customers)
    tell(request, _("Who is in it now stays as it is in this snapshot."))
    return redirect(f"{reverse('segment', args=[found.pk])}?snapshot={taken.pk}")


@requires(Permission.CUSTOMERS_EXPORT)
@takes_form_of("segment", "segment_id")
def delete_segment_snapshot(request: HttpRequest, segment_id: int, snapshot_id: int) -> HttpResponse:
    """Forget who was in it then."""
    try:
        found = get_segment(segment_id)
        services.delete_snapshot(
            get_snapshot(found, snapshot_id=snapshot_id), engine=open_engine(settings.HOME)
        )
    except NotFound:
        raise Http404 from None
    _record(request, "segment.snapshot_deleted", found)
    tell(request, _("The snapshot is deleted."))
    return redirect("segment", found.pk)


def find_segment(request: HttpRequest, segment_id: int) -> tuple[Segment, SegmentSnapshot | None]:
    """The segment, and the snapshot that `?snapshot=` names.

    Raises:
        Http404: there is none.
    """
    number = request.GET.get("snapshot", "")
    try:
        found = get_segment(segment_id)
        if not number:
            return found, None
        if not (number.isascii() and number.isdigit() and len(number) < 18):
            raise Http404
        return found, get_snapshot(found, snapshot_id=int(number))
    except NotFound:
        raise Http404 from None


def describe(definition: object) -> str:
    """The definition in words; empty for one that this version cannot read."""
    try:
        return tell_definition(read_definition(definition))
    except InvalidInput:
        return ""


def _record(request: HttpRequest, action: str, found: Segment, **details: object) -> None:
    record_event(action, by=actor_of(request), target=("segment", found.pk), details=details)
