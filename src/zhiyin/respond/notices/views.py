"""Pages: what happened to whoever looks, and what they want by mail."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from zhiyin.console.pages import render_page, wanted_part
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.access import visitor_of
from zhiyin.people.models import Account
from zhiyin.people.pages import page_number
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.models import Notice
from zhiyin.respond.notices import services
from zhiyin.respond.notices.forms import WishesForm, wishes_before
from zhiyin.respond.notices.lines import read_lines
from zhiyin.respond.notices.queries import count_unread, list_notices, say_state
from zhiyin.respond.notices.words import path_of, say_problem

_LIST = "notice-list"
# What the page shows already, so that a page which asks again is sent the list only when it is another.
_SEEN_HEADER = "X-Notices-Seen"


@require_safe
@requires(Permission.SIGNED_IN)
@never_cache
def show_notices(request: HttpRequest) -> HttpResponse:
    """One's own, the newest first; only the unread where one wants that. 204 where nothing is new."""
    return _draw(request, form=WishesForm(initial=wishes_before(_account(request))))


@requires(Permission.SIGNED_IN)
@takes_form_of("notices")
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """It is read, and its page opens."""
    notice = _find(request, notice_id)
    services.mark_read([notice.pk], account=_account(request), is_read=True)
    return redirect(path_of(notice))


@requires(Permission.SIGNED_IN)
@takes_form_of("notices")
def mark_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Read, or unread again."""
    notice = _find(request, notice_id)
    is_read = request.POST.get("read") == "yes"
    services.mark_read([notice.pk], account=_account(request), is_read=is_read)
    return _back(request)


@requires(Permission.SIGNED_IN)
@takes_form_of("notices")
def mark_all(request: HttpRequest) -> HttpResponse:
    """All that stood on the page, and what is older, is read."""
    until = _moment(request.POST.get("until", "")) or timezone.now()
    read_at = services.mark_all_read(_account(request), until=until)
    tell(request, _("All notices are read."), undo_url=reverse("notices_undo", args=[read_at.isoformat()]))
    return _back(request)


@require_POST
@requires(Permission.SIGNED_IN)
def undo_all(request: HttpRequest, moment: str) -> HttpResponse:
    """Unread again, all that was marked then."""
    read_at = _moment(moment)
    if read_at is None:
        raise Http404
    services.undo_all_read(_account(request), read_at=read_at)
    return redirect("notices")


@requires(Permission.SIGNED_IN)
@takes_form_of("notices")
def choose_mail(request: HttpRequest) -> HttpResponse:
    """What one wants by mail, and when one wants quiet."""
    account, form = _account(request), WishesForm(request.POST)
    if form.is_valid():
        try:
            services.save_wishes(form.words(), account=account)
        except InvalidInput as error:
            form.add_error(
                error.field if error.field in form.fields else None, say_problem(error.field or "")
            )
        else:
            tell(request, _("Saved."))
            return redirect("notices")
    return _draw(request, form=form, status=422)


def _draw(request: HttpRequest, *, form: WishesForm, status: int = 200) -> HttpResponse:
    account = _account(request)
    is_unread = request.GET.get("view") == "unread"
    number = page_number(request.GET.get("page", ""))
    page = list_notices(account, is_unread=is_unread, number=number)
    n_unread = count_unread(account.pk)
    seen = say_state(page, n_unread=n_unread)
    if wanted_part(request) == _LIST and request.headers.get(_SEEN_HEADER) == seen:
        return HttpResponse(status=204)
    scope = visitor_of(request).scope_for(Permission.CASES_READ)
    context = {
        "page": page,
        "lines": read_lines(page.rows, scope=scope),
        "n_unread": n_unread,
        "seen": seen,
        "is_unread": is_unread,
        "until": page.rows[0].at.isoformat() if page.rows and number == 1 else "",
        "form": form,
        "has_mail": services.has_mail(),
        "email": account.email,
    }
    parts = {_LIST: "respond/notices/_list.html"}
    return render_page(request, "respond/notices/notices.html", context, parts=parts, status=status)


def _account(request: HttpRequest) -> Account:
    account = visitor_of(request).account
    if account is None:
        raise Http404
    return account


def _find(request: HttpRequest, notice_id: int) -> Notice:
    try:
        return services.get_notice(notice_id, account=_account(request))
    except NotFound:
        raise Http404 from None


def _back(request: HttpRequest) -> HttpResponse:
    wanted = "?view=unread" if request.POST.get("view") == "unread" else ""
    return redirect(reverse("notices") + wanted)


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    # A year at the end of all calendars has no moment in every zone.
    is_usual = moment is not None and moment.tzinfo is not None and 2000 <= moment.year <= 2100
    return moment if is_usual else None
