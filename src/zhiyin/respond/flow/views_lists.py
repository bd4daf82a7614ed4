"""Lists of cases under a name of one's own: save, delete."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput
from zhiyin.people.access import visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.respond.flow import saved_lists
from zhiyin.respond.wording import say


@require_POST
@requires(Permission.CASES_READ)
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters that the form carries under a name; with `restore` what was just deleted."""
    given = request.GET if "restore" in request.GET else request.POST
    query = QueryDict(given.get("query", ""), mutable=True)
    try:
        view = saved_lists.save_list(
            _account(request), name=given.get("name", ""), query=saved_lists.clean_query(query)
        )
    except InvalidInput as error:
        tell(request, say(error), tone="bad")
        return redirect(f"{reverse('cases')}?{saved_lists.clean_query(query)}")
    tell(request, _("Saved as “%(name)s”.") % {"name": view.name})
    return redirect(f"{reverse('cases')}?{view.query}")


@require_POST
@requires(Permission.CASES_READ)
def delete_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Forget a list of one's own; the message has the way back."""
    view = saved_lists.delete_list(_account(request), view_id=view_id)
    if view is None:
        raise Http404
    again = urlencode({"restore": 1, "name": view.name, "query": view.query})
    undo_url = f"{reverse('case_views')}?{again}"
    tell(request, _("“%(name)s” is deleted.") % {"name": view.name}, undo_url=undo_url)
    return redirect("cases")


def _account(request: HttpRequest) -> Account:
    account = visitor_of(request).account
    if account is None:
        raise Http404
    return account
