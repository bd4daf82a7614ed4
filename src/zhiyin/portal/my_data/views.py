"""Pages: who asks is proven by a code; whoever gets none asks staff."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhiyin.console.client import client_address
from zhiyin.customers.rights.codes import CODE_MINUTES, address_key, is_waiting, make_code, try_code
from zhiyin.customers.rights.requests import Ask, open_request
from zhiyin.errors import InvalidInput
from zhiyin.people.access import actor_of
from zhiyin.portal.my_data.forms import AddressForm, CodeForm, RequestForm
from zhiyin.portal.my_data.sending import open_ways, send_code
from zhiyin.portal.my_data.visiting import let_in
from zhiyin.portal.my_data.words import request_kinds
from zhiyin.portal.pages import customer_page
from zhiyin.portal.queries.sender import company_name
from zhiyin.portal.services.throttle import asking, charge, coding


@customer_page
def my_data(request: HttpRequest) -> HttpResponse:
    """The form for an address; then a code is on its way, whether anybody is known by it or not."""
    ways = open_ways()
    form = AddressForm(request.POST if request.method == "POST" else None, ways=ways)
    if request.method != "POST" or not ways:
        return _show(request, "start", form=form, ways=ways)
    if form.is_valid():
        address, now = form.cleaned_data["address"], timezone.now()
        try:
            key = address_key(form.kind, address)
        except InvalidInput:
            form.add_error("address", _("This cannot be an address of yours. Please check it."))
        else:
            charge(coding(key=key, address=client_address(request)), now=now)
            sent = make_code(key, kind=form.kind, now=now)
            send_code(sent.code, kind=form.kind, address=address, now=now)
            return _on("my_data_code", sent.handle)
    return _show(request, "start", status=422, form=form, ways=ways)


@customer_page
def enter_code(request: HttpRequest, handle: str) -> HttpResponse:
    """The form for the code; the right one opens the page for half an hour."""
    now = timezone.now()
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        charge(asking(address=client_address(request)), now=now)
        token = try_code(handle, form.cleaned_data["code"], now=now)
        if token is not None:
            response = _on("my_data_mine")
            let_in(response, token)
            return response
        if is_waiting(handle, now=now):
            form.add_error("code", _("This is not the code. Please check it."))
    if not is_waiting(handle, now=now):
        return _show(request, "over", status=410 if request.method == "GET" else 422)
    status = 422 if form.errors else 200
    return _show(request, "code", status=status, form=form, minutes=CODE_MINUTES)


@customer_page
def ask_staff(request: HttpRequest) -> HttpResponse:
    """A request without a code: staff check who asks, and answer in time."""
    form = RequestForm(request.POST if request.method == "POST" else None, initial={"kind": "access"})
    if request.method == "POST" and form.is_valid():
        charge(asking(address=client_address(request)), now=timezone.now())
        data = form.cleaned_data
        made = open_request(
            Ask(
                kind=data["kind"],
                words=data["words"],
                contact=data["contact"],
                language=get_language() or "zh",
            ),
            by=actor_of(request),
        )
        return _show(request, "asked", made=made)
    status = 422 if form.errors else 200
    return _show(request, "ask", status=status, form=form, kinds=request_kinds())


def _on(name: str, *args: str) -> HttpResponse:
    response = redirect(name, *args)
    response.status_code = 303
    return response


def _show(request: HttpRequest, page: str, *, status: int = 200, **context: object) -> HttpResponse:
    context["sender"] = company_name()
    return render(request, f"portal/my_data/{page}.html", context, status=status)
