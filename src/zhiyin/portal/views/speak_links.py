"""Page for staff: the links and QR codes at which customers speak."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import list_units
from zhiyin.portal.errors import SpeakLinkExists
from zhiyin.portal.forms import SpeakLinkForm
from zhiyin.portal.links import absolute, is_only_here, speak_address
from zhiyin.portal.models import SpeakLink
from zhiyin.portal.queries.speak_links import count_links, list_links, list_stores_without_link
from zhiyin.portal.services.speak_links import create_link, create_store_links, switch_link
from zhiyin.portal.services.voices import SOURCE

_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A link, its whole address, and that of the voices of its unit and place."""

    link: SpeakLink
    address: str
    rows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOf:
    """Which page of the list this is."""

    number: int
    n_pages: int
    has_previous: bool
    has_next: bool


@requires(Permission.CHANNELS_MANAGE)
def speak_links(request: HttpRequest) -> HttpResponse:
    """The list by unit; posting makes a link."""
    scope = scope_of(request)
    units = [unit for unit in list_units(scope=scope) if unit.is_active]
    form = SpeakLinkForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        try:
            link = create_link(
                form.cleaned_data["unit"],
                scope=scope,
                touchpoint=form.cleaned_data["touchpoint"],
                by=actor_of(request),
            )
        except (SpeakLinkExists, InvalidInput) as error:
            form.add_error("touchpoint", _refusal(error))
        except NotFound:
            raise Http404 from None
        else:
            tell(request, _("The link for %(name)s is ready.") % {"name": link.unit.name})
            return redirect("speak_links")
    return _show(request, form)


@requires(Permission.CHANNELS_MANAGE)
@require_POST
def make_store_links(request: HttpRequest) -> HttpResponse:
    """A link for every store that has none."""
    n = create_store_links(scope=scope_of(request), by=actor_of(request))
    text = ngettext("%(n)d link is ready.", "%(n)d links are ready.", n) % {"n": n}
    tell(request, text if n else _("Every store has its link already."), tone="good" if n else "info")
    return redirect("speak_links")


@requires(Permission.CHANNELS_MANAGE)
@require_POST
def switch_off(request: HttpRequest, code: str) -> HttpResponse:
    """The link leads to a friendly page that says so."""
    link = _switch(request, code, is_active=False)
    undo_url = reverse("switch_on_speak_link", args=[link.code])
    tell(request, _("The link for %(name)s is off.") % {"name": link.unit.name}, undo_url=undo_url)
    return redirect("speak_links")


@requires(Permission.CHANNELS_MANAGE)
@require_POST
def switch_on(request: HttpRequest, code: str) -> HttpResponse:
    """The link works again."""
    link = _switch(request, code, is_active=True)
    tell(request, _("The link for %(name)s is on.") % {"name": link.unit.name})
    return redirect("speak_links")


def _switch(request: HttpRequest, code: str, *, is_active: bool) -> SpeakLink:
    try:
        return switch_link(code, scope=scope_of(request), is_active=is_active, by=actor_of(request))
    except NotFound:
        raise Http404 from None


def _refusal(error: Conflict | InvalidInput) -> str:
    if isinstance(error, Conflict):
        return _("There is a link for this place already; it is in the list below.")
    return _("Please keep the name of the place short.")


def _show(request: HttpRequest, form: SpeakLinkForm) -> HttpResponse:
    scope, text = scope_of(request), request.GET.get("find", "").strip()[:100]
    paginator = Paginator(list_links(scope=scope, text=text), _ROWS)
    page = paginator.get_page(request.GET.get("page"))
    rows = [_row(request, link) for link in page]
    company = absolute(request, reverse("portal_speak"))
    counts = count_links(scope=scope)
    context = {
        "page_title": _("Where can customers speak to us?"),
        "counts": counts,
        "lead": _lead(counts.n_active, counts.n_voices),
        "rows": rows,
        "page": PageOf(
            number=page.number,
            n_pages=paginator.num_pages,
            has_previous=page.has_previous(),
            has_next=page.has_next(),
        ),
        "find": text,
        "form": form,
        "company_address": company,
        "is_only_here": is_only_here(company),
        "n_without": len(list_stores_without_link(scope=scope)),
    }
    return render(request, "portal/speak_links.html", context, status=422 if form.errors else 200)


def _row(request: HttpRequest, link: SpeakLink) -> LinkRow:
    wanted = {"unit": link.unit.code, "source": SOURCE, "period": "all", "all": "1"}
    if link.touchpoint:
        wanted["touchpoint"] = link.touchpoint
    return LinkRow(
        link=link,
        address=absolute(request, speak_address(link.code)),
        rows=f"{reverse('voices')}?{urlencode(wanted)}",
    )


def _lead(n_links: int, n_voices: int) -> str:
    links = ngettext("%(n)d link is open", "%(n)d links are open", n_links) % {"n": n_links}
    voices = ngettext("%(n)d voice has come by them", "%(n)d voices have come by them", n_voices)
    return _("%(links)s; %(voices)s.") % {"links": links, "voices": voices % {"n": n_voices}}
