"""Pages: which reports go out, what each said, and a report as it was made."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from zhiyin.assist.services.endpoint import is_on
from zhiyin.console.chromium import find_browser
from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.delivery.contract import list_destinations
from zhiyin.insight.delivery.log_views import PageOf
from zhiyin.insight.models import Report
from zhiyin.insight.reports import services
from zhiyin.insight.reports.forms import ReportForm
from zhiyin.insight.reports.making import Made, make, may_be_made, reopen
from zhiyin.insight.reports.paper import paper_context
from zhiyin.insight.reports.queries import get_report, get_snapshot, list_reports, list_snapshots
from zhiyin.insight.reports.sheets import TYPE, write_workbook
from zhiyin.insight.reports.telling import say_days, say_late
from zhiyin.insight.reports.wording import off_words, refusal_words, rhythm_words
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event
from zhiyin.people.views.posts import takes_form_of

_ROWS = 30
_NOTHING: Mapping[str, object] = {}


@require_safe
@requires(Permission.SUMMARY_READ)
def reports(request: HttpRequest) -> HttpResponse:
    """The reports with their next run, and what was made."""
    scope = scope_of(request)
    rows = list_reports(scope=scope)
    paginator = Paginator(list_snapshots(scope=scope), _ROWS)
    page = paginator.get_page(request.GET.get("page"))
    n_on = sum(row.is_on for row in rows)
    context = {
        "lines": [
            {"one": row, "when": rhythm_words(row), "why_off": off_words(row.off_reason)} for row in rows
        ],
        "lead": ngettext("%(n)d report goes out by itself.", "%(n)d reports go out by themselves.", n_on)
        % {"n": n_on},
        "snapshots": [
            {"one": one, "days": say_days(one), "late": bool(say_late(one))} for one in page.object_list
        ],
        "page": PageOf(
            number=page.number,
            n_pages=paginator.num_pages,
            has_previous=page.has_previous(),
            has_next=page.has_next(),
        ),
        "may_edit": visitor_of(request).may(Permission.FEEDBACK_EXPORT),
        "has_browser": bool(find_browser()),
    }
    return render_page(request, "insight/reports/reports.html", context)


@requires(Permission.FEEDBACK_EXPORT)
def new_report(request: HttpRequest) -> HttpResponse:
    """A form; then the report, with its preview at hand."""
    scope = scope_of(request)
    form = ReportForm(
        request.POST or None,
        scope=scope,
        destinations=list_destinations(scope=scope),
        language=page_language(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_report(
                form.wanted(), owner=_account(request), scope=scope, by=actor_of(request), now=timezone.now()
            )
        except (InvalidInput, NotFound) as error:
            _refuse(form, error)
        else:
            tell(request, _("Saved. Look at the preview, or send it now."))
            return redirect("report", made.pk)
    status = 422 if form.errors else 200
    return render_page(
        request, "insight/reports/report_new.html", _form_context(request, form), status=status
    )


@requires(Permission.FEEDBACK_EXPORT)
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Its form, its next run, and what it made."""
    row, scope = _get(request, report_id), scope_of(request)
    form = ReportForm(
        request.POST or None, scope=scope, destinations=list_destinations(scope=scope), stored=row
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_report(
                row.pk, form.wanted(), scope=scope, by=actor_of(request), now=timezone.now()
            )
        except (InvalidInput, NotFound) as error:
            _refuse(form, error)
        else:
            tell(request, _("Saved."))
            return redirect("report", row.pk)
    last = list_snapshots(scope=scope, report_id=row.pk)[:10]
    context = {
        "one": row,
        "when": rhythm_words(row),
        "why_off": off_words(row.off_reason),
        "snapshots": [{"one": one, "days": say_days(one), "late": bool(say_late(one))} for one in last],
        "has_browser": bool(find_browser()),
        **_form_context(request, form),
    }
    return render_page(request, "insight/reports/report.html", context, status=422 if form.errors else 200)


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def preview_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """What would go out now; nothing is kept or sent."""
    row = _get(request, report_id)
    if not may_be_made(row):
        tell(request, off_words("owner"), tone="bad")
        return redirect("report", row.pk)
    return show_snapshot(request, make(row, now=timezone.now()), is_preview=True)


@requires(Permission.FEEDBACK_EXPORT)
@takes_form_of("report", "report_id")
def send_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """A snapshot of the last whole period, to all destinations, at once."""
    row = _get(request, report_id)
    try:
        made = services.send_now(
            row.pk,
            account=_account(request),
            scope=scope_of(request),
            by=actor_of(request),
            now=timezone.now(),
        )
    except Conflict:
        tell(request, off_words("owner"), tone="bad")
        return redirect("report", row.pk)
    n = row.destinations.filter(is_on=True, deleted_at=None).count()
    text = ngettext("On its way to %(n)d destination.", "On its way to %(n)d destinations.", n) % {"n": n}
    tell(request, text if n else _("Kept. It has no destination to go to."), tone="good" if n else "info")
    return redirect("report_snapshot", made.pk)


@requires(Permission.FEEDBACK_EXPORT)
@takes_form_of("report", "report_id")
def switch_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """On or off, as `to` says."""
    is_on = request.GET.get("to", request.POST.get("to")) == "on"
    row = _get(request, report_id)
    services.switch_report(
        row.pk,
        is_on=is_on,
        owner=_account(request),
        scope=scope_of(request),
        by=actor_of(request),
        now=timezone.now(),
    )
    text = _("“%(name)s” goes out again.") if is_on else _("“%(name)s” no longer goes out.")
    back = f"{reverse('switch_report', args=[row.pk])}?to={'off' if is_on else 'on'}"
    tell(request, text % {"name": row.name}, undo_url=back)
    return redirect("report", row.pk)


@requires(Permission.FEEDBACK_EXPORT)
@takes_form_of("reports")
def delete_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Away with it, or back again with `?restore`; what it made stays."""
    scope, by, now = scope_of(request), actor_of(request), timezone.now()
    try:
        if "restore" in request.GET:
            services.restore_report(report_id, scope=scope, by=by, now=now)
            return redirect("reports")
        row = services.delete_report(report_id, scope=scope, by=by, now=now)
    except NotFound:
        raise Http404 from None
    undo_url = f"{reverse('delete_report', args=[row.pk])}?restore"
    tell(request, _("“%(name)s” is deleted.") % {"name": row.name}, undo_url=undo_url)
    return redirect("reports")


@require_safe
@requires(Permission.SUMMARY_READ)
def report_snapshot(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """A report as it was made."""
    return show_snapshot(request, reopen_snapshot(request, snapshot_id))


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def report_workbook(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """Its figures as a workbook with formulas."""
    made = reopen_snapshot(request, snapshot_id)
    record_event("report.exported", by=actor_of(request), target=("report", made.snapshot.name))
    response = HttpResponse(write_workbook(made.snapshot, made.figures), content_type=TYPE)
    name = f"zhiyin-{made.snapshot.since.astimezone(made.state.zone):%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def reopen_snapshot(request: HttpRequest, snapshot_id: int) -> Made:
    """The snapshot for the asker's scope, or 404."""
    scope = scope_of(request)
    try:
        return reopen(get_snapshot(snapshot_id, scope=scope), scope=scope)
    except NotFound:
        raise Http404 from None


def show_snapshot(
    request: HttpRequest,
    made: Made,
    *,
    is_preview: bool = False,
    more: Mapping[str, object] = _NOTHING,
    status: int = 200,
) -> HttpResponse:
    """The page of a report as it was made."""
    with translation.override("zh-hans" if made.snapshot.language == "zh" else "en"):
        shown = paper_context(made.snapshot, made.figures, told=made.told)
    context = {
        **shown,
        "is_preview": is_preview,
        "may_export": visitor_of(request).may(Permission.FEEDBACK_EXPORT),
        "may_draft": not is_preview and is_on(),
        **more,
    }
    return render_page(request, "insight/reports/snapshot.html", context, status=status)


def _get(request: HttpRequest, report_id: int) -> Report:
    try:
        return get_report(report_id, scope=scope_of(request))
    except NotFound:
        raise Http404 from None


def _account(request: HttpRequest) -> Account:
    account = visitor_of(request).account
    if account is None:  # a key owns no report
        raise Http404
    return account


def _form_context(request: HttpRequest, form: ReportForm) -> dict[str, object]:
    return {
        "form": form,
        "has_destinations": "destinations" in form.fields,
        "may_manage_destinations": visitor_of(request).may(Permission.CHANNELS_MANAGE),
    }


def _refuse(form: ReportForm, error: InvalidInput | NotFound) -> None:
    field = error.field if isinstance(error, InvalidInput) else None
    form.add_error(field if field in form.fields else None, refusal_words(error))
