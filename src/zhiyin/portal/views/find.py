"""Page: a customer finds the own case by its number and the last four digits of the phone."""

from __future__ import annotations

import unicodedata

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from zhiyin.console.client import client_address
from zhiyin.portal.forms import FindForm
from zhiyin.portal.pages import customer_page
from zhiyin.portal.queries.sender import company_name
from zhiyin.portal.services.throttle import charge, finding, forgive
from zhiyin.respond.models import Case
from zhiyin.respond.queries import find_case_by_phone, read_token


@customer_page
def find(request: HttpRequest) -> HttpResponse:
    """The form; with the right digits, on to the case's page."""
    form = FindForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show(request, form, status=200)
    if not form.is_valid():
        return _show(request, form, status=422)
    case = _find(form, address=client_address(request))
    if case is None:
        # The same whether the number exists or not.
        return _show(request, form, status=422, is_wrong=True)
    response = redirect("portal_case", token=read_token(case))
    response.status_code = 303
    return response


def _find(form: FindForm, *, address: str) -> Case | None:
    """The case; each try is counted before it is looked at."""
    number, digits = form.cleaned_data["number"], form.cleaned_data["digits"]
    # However the number is written, it is one.
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", number) if sign.isdigit())
    limits, now = finding(number=plain, address=address), timezone.now()
    charge(limits, now=now)
    case = find_case_by_phone(number=number, last_four=digits)
    if case is not None:
        forgive(limits, now=now)
    return case


def _show(request: HttpRequest, form: FindForm, *, status: int, is_wrong: bool = False) -> HttpResponse:
    context = {"sender": company_name(), "form": form, "is_wrong": is_wrong}
    return render(request, "portal/find.html", context, status=status)
