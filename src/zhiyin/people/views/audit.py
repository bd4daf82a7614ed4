"""Pages: what was done by whom, and whether the record of it is whole."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.console.exports import Cell, stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import count
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.forms.audit import AuditFilterForm
from zhiyin.people.models import Account
from zhiyin.people.models.accounts import normal_username
from zhiyin.people.pages import page_number
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import AuditReport, verify_audit_chain
from zhiyin.people.queries.audit_trail import (
    AuditFilter,
    list_actions,
    search_events,
    select_events,
    stream_events,
)
from zhiyin.people.services.audit import Outcome, record_event
from zhiyin.people.told_events import ToldEvent, tell_event
from zhiyin.people.views.posts import takes_form_of


@requires(Permission.AUDIT_READ)
def audit(request: HttpRequest) -> HttpResponse:
    """The events that fit and may be seen, the newest first."""
    return _page(request, report=None)


@requires(Permission.AUDIT_READ)
@takes_form_of("audit")
def verify(request: HttpRequest) -> HttpResponse:
    """Check every event of the chain; for who may see all of them."""
    if scope_of(request).unit_ids is not None:
        raise Http404
    report = verify_audit_chain()
    outcome: Outcome = "done" if report.is_intact else "failed"
    details = {"n_events": report.n_events}
    record_event("audit.verified", by=actor_of(request), outcome=outcome, details=details)
    return _page(request, report=report)


@requires(Permission.AUDIT_READ)
def export_audit(request: HttpRequest) -> HttpResponseBase:
    """The events that fit and may be seen, a line each, as they stand and in words."""
    wanted, scope = _wanted(_form(request)), scope_of(request)
    last = select_events(wanted, scope=scope).values_list("sequence", flat=True).first() or 0
    n_events = select_events(wanted, scope=scope).count()
    columns = [
        _("Event number"), _("Time"), _("Who"), _("What"), _("Thing"), _("Outcome"),
        _("Network address"), _("What exactly"), _("Code"), _("Hash"),
    ]  # fmt: skip
    # Exporting is an event itself, and younger than those that were counted.
    told = map(tell_event, stream_events(wanted, scope=scope))
    rows = (_line(one) for one in told if one.named.event.sequence <= last)
    form = wanted_format(request.GET.get("format", ""))
    sent = stream_table(
        request, name=_("Audit trail"), columns=columns, rows=rows, form=form, n_rows=n_events
    )
    record_event("audit.exported", by=actor_of(request), details={"rows": n_events})
    return sent


def _page(request: HttpRequest, *, report: AuditReport | None) -> HttpResponse:
    form, scope = _form(request), scope_of(request)
    wanted = _wanted(form)
    page = search_events(wanted, scope=scope, number=page_number(request.GET.get("page", "")))
    context = {
        "form": form,
        "page": page,
        "events": [tell_event(named) for named in page.rows],
        "report": report,
        "report_words": _report_words(report) if report else "",
        "lead": _lead(page.n_rows, is_whole=scope.unit_ids is None),
        "may_verify": scope.unit_ids is None,
        "is_filtered": wanted != AuditFilter(),
        "export_url": f"{reverse('audit_export')}?{request.GET.urlencode()}",
    }
    return render_page(request, "people/audit.html", context, parts={"event-list": "people/_event_list.html"})


def _lead(n_events: int, *, is_whole: bool) -> str:
    words = ngettext("%(n)s event.", "%(n)s events.", n_events) % {"n": count(n_events)}
    what = (
        _("Every event carries the hash of the one before it, so a change of the record shows.")
        if is_whole
        else _("You see what concerns your units and the people who work there alone.")
    )
    return f"{words} {what}"


def _report_words(report: AuditReport) -> str:
    if report.broken is None:
        words = ngettext(
            "The record is whole: %(n)d event was checked.",
            "The record is whole: %(n)d events were checked.",
            report.n_events,
        )
        return words % {"n": report.n_events}
    return _("The record is broken at event %(number)d.") % {"number": report.broken.sequence}


def _form(request: HttpRequest) -> AuditFilterForm:
    form = AuditFilterForm(request.GET)
    form.offer_actions(list_actions())
    form.is_valid()
    return form


def _wanted(form: AuditFilterForm) -> AuditFilter:
    who = (form.cleaned_data.get("who") or "").strip()
    return form.wanted(actors=_accounts_named(who) if who else None)


def _accounts_named(words: str) -> frozenset[str]:
    found = Account.objects.filter(
        Q(username__contains=normal_username(words)) | Q(display_name__icontains=words)
    )
    return frozenset(str(pk) for pk in found.values_list("pk", flat=True)[:500])


def _line(told: ToldEvent) -> tuple[Cell, ...]:
    event = told.named.event
    details = "; ".join(f"{name}: {value}" for name, value in told.details)
    return (
        event.sequence,
        event.at,
        told.actor,
        told.action,
        told.thing,
        told.outcome,
        event.address,
        details,
        event.action,
        bytes(event.hash).hex(),
    )
