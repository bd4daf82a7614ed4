"""Pages: where messages go, how that works, and what was delivered."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.delivery import destinations as doors
from zhiyin.insight.delivery.forms import DestinationForm
from zhiyin.insight.delivery.kinds import KINDS
from zhiyin.insight.delivery.log_views import show_line
from zhiyin.insight.delivery.outside import public_url, read_outside
from zhiyin.insight.delivery.queries import get_destination, list_deliveries, list_health
from zhiyin.insight.delivery.sealing import unseal
from zhiyin.insight.delivery.wording import KIND_ICONS, KIND_NAMES, reason_words, refusal_words
from zhiyin.insight.models import Destination
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.people.zones import company_zone

_ROWS_BELOW = 10


@requires(Permission.CHANNELS_MANAGE)
def destinations(request: HttpRequest) -> HttpResponse:
    """Every destination with its health."""
    rows = list_health(scope=scope_of(request), now=timezone.now())
    lines = [
        {
            "health": row,
            "one": row.destination,
            "kind": KIND_NAMES[row.destination.kind],
            "icon": KIND_ICONS[row.destination.kind],
            "off_reason": reason_words(row.destination.off_reason),
        }
        for row in rows
    ]
    context = {
        "lines": lines,
        "lead": _lead(n=len(rows), n_dead=sum(row.n_dead for row in rows)),
        "kinds": [(code, KIND_NAMES[code], KIND_ICONS[code]) for code in KINDS],
        **_notices(),
    }
    return render_page(request, "insight/delivery/destinations.html", context)


@requires(Permission.CHANNELS_MANAGE)
@never_cache
def new_destination(request: HttpRequest, kind: str) -> HttpResponse:
    """A form for one kind; a made secret is shown once."""
    if kind not in KINDS:
        raise Http404
    scope = scope_of(request)
    form = DestinationForm(request.POST or None, kind=kind, scope=scope, zone=company_zone().key)
    if request.method == "POST" and form.is_valid():
        account = visitor_of(request).account
        try:
            made = doors.create_destination(
                kind,
                form.wanted(),
                scope=scope,
                by=actor_of(request),
                now=timezone.now(),
                account_id=account.pk if account else None,
            )
        except (InvalidInput, Conflict, NotFound) as error:
            _refuse(form, error)
        else:
            if kind == "webhook" and not form.cleaned_data["secret"]:
                return _show_secret(request, made)
            tell(request, _("Saved. Send a test message now."))
            return redirect("destination", made.pk)
    context = {"form": form, "kind": kind, "kind_name": KIND_NAMES[kind], **_notices()}
    status = 422 if form.errors else 200
    return render_page(request, "insight/delivery/destination_new.html", context, status=status)


@requires(Permission.CHANNELS_MANAGE)
def destination(request: HttpRequest, destination_id: int) -> HttpResponse:
    """Its health, its form, its last deliveries."""
    row = _get(request, destination_id)
    scope = scope_of(request)
    form = DestinationForm(request.POST or None, kind=row.kind, scope=scope, stored=row)
    if request.method == "POST" and form.is_valid():
        try:
            doors.change_destination(row.pk, form.wanted(), scope=scope, by=actor_of(request))
        except (InvalidInput, Conflict, NotFound) as error:
            _refuse(form, error)
        else:
            tell(request, _("Saved."))
            return redirect("destination", row.pk)
    return _show(request, row, form=form, status=422 if form.errors else 200)


@requires(Permission.CHANNELS_MANAGE)
@takes_form_of("destination", "destination_id")
def try_destination(request: HttpRequest, destination_id: int) -> HttpResponse:
    """One test message now, and what the other side said."""
    row = _get(request, destination_id)
    scope, now = scope_of(request), timezone.now()
    answer = doors.try_destination(row.pk, scope=scope, by=actor_of(request), now=now)
    row.refresh_from_db()
    form = DestinationForm(kind=row.kind, scope=scope, stored=row)
    tried = {"is_taken": answer.is_taken, "words": reason_words(answer.reason), "answer": answer.text}
    return _show(request, row, form=form, tried=tried)


@requires(Permission.CHANNELS_MANAGE)
@takes_form_of("destination", "destination_id")
def switch_destination(request: HttpRequest, destination_id: int) -> HttpResponse:
    """On or off, as `to` says."""
    is_on = request.GET.get("to", request.POST.get("to")) == "on"
    row = _get(request, destination_id)
    doors.switch_destination(
        row.pk, is_on=is_on, scope=scope_of(request), by=actor_of(request), now=timezone.now()
    )
    text = _("“%(name)s” is on.") if is_on else _("“%(name)s” is off. Nothing is sent to it.")
    back = f"{reverse('switch_destination', args=[row.pk])}?to={'off' if is_on else 'on'}"
    tell(request, text % {"name": row.name}, undo_url=back)
    return redirect("destination", row.pk)


@requires(Permission.CHANNELS_MANAGE)
@takes_form_of("destinations")
def delete_destination(request: HttpRequest, destination_id: int) -> HttpResponse:
    """Away with it, or back again with `?restore`."""
    scope, by = scope_of(request), actor_of(request)
    try:
        if "restore" in request.GET:
            doors.restore_destination(destination_id, scope=scope, by=by)
            return redirect("destinations")
        row = doors.delete_destination(destination_id, scope=scope, by=by, now=timezone.now())
    except NotFound:
        raise Http404 from None
    except Conflict as error:
        tell(request, refusal_words(error), tone="bad")
        return redirect("destinations")
    undo_url = f"{reverse('delete_destination', args=[row.pk])}?restore"
    tell(request, _("“%(name)s” is deleted.") % {"name": row.name}, undo_url=undo_url)
    return redirect("destinations")


def _get(request: HttpRequest, destination_id: int) -> Destination:
    try:
        return get_destination(destination_id, scope=scope_of(request))
    except NotFound:
        raise Http404 from None


def _show(
    request: HttpRequest,
    row: Destination,
    *,
    form: DestinationForm,
    tried: dict[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    last = list_deliveries(scope=scope_of(request), destination_id=row.pk)[:_ROWS_BELOW]
    context = {
        "one": row,
        "kind": row.kind,
        "kind_name": KIND_NAMES[row.kind],
        "off_reason": reason_words(row.off_reason),
        "form": form,
        "tried": tried,
        "lines": [show_line(delivery) for delivery in last],
        **_notices(),
    }
    return render_page(request, "insight/delivery/destination.html", context, status=status)


def _show_secret(request: HttpRequest, made: Destination) -> HttpResponse:
    context = {"one": made, "secret": unseal(bytes(made.sealed)).secret}
    response = render_page(request, "insight/delivery/secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _refuse(form: DestinationForm, error: InvalidInput | Conflict | NotFound) -> None:
    field = error.field if isinstance(error, InvalidInput) else "name"
    form.add_error(field if field in form.fields else None, refusal_words(error))


def _notices() -> dict[str, object]:
    """What the installation lacks for messages to arrive whole."""
    return {"has_mail_server": read_outside().mail is not None, "has_public_url": bool(public_url("/"))}


def _lead(*, n: int, n_dead: int) -> str:
    if not n:
        return ""
    text = ngettext("%(n)d destination gets messages.", "%(n)d destinations get messages.", n) % {"n": n}
    if not n_dead:
        fine = _("Everything of the last seven days was delivered.")
        return f"{text} {fine}"
    failed = ngettext(
        "%(n)d message of the last seven days was not delivered.",
        "%(n)d messages of the last seven days were not delivered.",
        n_dead,
    )
    return f"{text} {failed % {'n': n_dead}}"
