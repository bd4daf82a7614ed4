"""Maps as files: the document, its schema, a file read in, figures as a table, picture and PDF."""

from __future__ import annotations

import json
import re
from contextlib import closing
from typing import Literal, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.chromium import NoPicture, find_browser, print_page
from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput
from zhiyin.insight.journeys import services
from zhiyin.insight.journeys.asking import Asked, read_asked
from zhiyin.insight.journeys.document import make_schema, read_document, write_document
from zhiyin.insight.journeys.edit_views import account_of, editors_only
from zhiyin.insight.journeys.exports import touchpoint_rows
from zhiyin.insight.journeys.measuring import Curve
from zhiyin.insight.journeys.paper import write_paper
from zhiyin.insight.journeys.views import measure
from zhiyin.insight.views.aspects import open_facts
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event
from zhiyin.people.views.posts import takes_form_of

_MOST_BYTES = 2_000_000
_TYPES = {"png": "image/png", "pdf": "application/pdf"}


@require_safe
@requires(Permission.SUMMARY_READ)
def journey_file(request: HttpRequest, map_id: int) -> HttpResponse:
    """The map as JSON, as it was drawn; reading it in again gives the same file."""
    asked = read_asked(request, map_id)
    record_event("journey.exported", by=actor_of(request), target=("journey", asked.map.name))
    response = HttpResponse(write_document(asked.document), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{_file_name(asked, "json")}"'
    return response


@require_safe
@requires(Permission.SUMMARY_READ)
def journey_schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of that file."""
    text = json.dumps(make_schema(), ensure_ascii=False, indent=2)
    return HttpResponse(text + "\n", content_type="application/schema+json")


@requires(Permission.TAXONOMY_EDIT)
@takes_form_of("journeys")
@editors_only
def import_journey(request: HttpRequest) -> HttpResponse:
    """A map out of a file, as a new draft."""
    uploaded = request.FILES.get("file")
    if uploaded is None or (uploaded.size or 0) > _MOST_BYTES:
        tell(request, _("Choose a JSON file of 2 MB at most."), tone="bad")
        return redirect("journeys")
    try:
        document = read_document(uploaded.read())
        row = services.create_map(
            document, account=account_of(request), by=actor_of(request), now=timezone.now(), is_import=True
        )
    except InvalidInput as error:
        text = _("This file is no journey map: %(reason)s") % {"reason": str(error)}
        tell(request, text, tone="bad")
        return redirect("journeys")
    tell(request, _("Read in as a draft."))
    return redirect("edit_journey", row.pk)


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def journey_export(request: HttpRequest, map_id: int) -> HttpResponseBase:
    """The figures of every touchpoint as a file."""
    asked = read_asked(request, map_id)
    with closing(open_facts()) as connection:
        net = measure(connection, asked=asked, curve=Curve.NET)
        stars = measure(connection, asked=asked, curve=Curve.STARS, with_needs=False)
    columns, rows = touchpoint_rows(net, stars, asked=asked)
    _told(request, asked, n_rows=len(rows))
    return stream_table(
        request,
        name="zhiyin-journey",
        columns=columns,
        rows=rows,
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(rows),
    )


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def journey_picture(request: HttpRequest, map_id: int, form: str) -> HttpResponse:
    """The measured map as PNG or PDF; back to the map with a word where no browser is installed."""
    if form not in _TYPES:
        raise Http404
    asked = read_asked(request, map_id)
    browser = find_browser()
    if not browser:
        tell(
            request, _("Pictures and PDF need Chromium or Chrome on the server; none was found."), tone="bad"
        )
        return redirect("journey", map_id)
    with closing(open_facts()) as connection:
        found = measure(connection, asked=asked)
    try:
        printed = print_page(write_paper(found, asked=asked), browser=browser)
    except NoPicture:
        tell(request, _("The browser on the server could not draw the map. Try again."), tone="bad")
        return redirect("journey", map_id)
    _told(request, asked, n_rows=len(found.points))
    kind = cast(Literal["png", "pdf"], form)
    response = HttpResponse(printed.picture if kind == "png" else printed.pdf, content_type=_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{_file_name(asked, kind)}"'
    return response


def _told(request: HttpRequest, asked: Asked, *, n_rows: int) -> None:
    details = {"rows": n_rows}
    record_event(
        "journey.exported", by=actor_of(request), target=("journey", asked.map.name), details=details
    )


def _file_name(asked: Asked, suffix: str) -> str:
    """Plain signs alone: names in other scripts do not fit the header."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", asked.document.name).strip("-").lower()
    return f"zhiyin-journey-{plain or asked.map.pk}.{suffix}"
