"""Page: setting one's password by a one-time link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from zhiyin.console.client import client_address
from zhiyin.people.errors import AccountLinkInvalid, WeakPassword
from zhiyin.people.forms.session import JoinForm
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.account_links import get_account_link, use_account_link
from zhiyin.people.views.session import enter


@requires(Permission.PUBLIC)
@never_cache
@sensitive_post_parameters()
def join(request: HttpRequest, token: str) -> HttpResponseBase:
    """Ask for a password, keep it, and sign this person in."""
    form = JoinForm(request.POST or None, initial={"language": get_language()})
    try:
        link = get_account_link(token)
        if request.method == "POST" and form.is_valid():
            account = _use(request, form, token)
            if account is not None:
                return enter(request, account, to="home")
    except AccountLinkInvalid:
        return render(request, "people/join_over.html", status=404)
    context = {"form": form, "account": link.account, "is_new": link.kind == "invitation"}
    return render(request, "people/join.html", context, status=422 if form.errors else 200)


def _use(request: HttpRequest, form: JoinForm, token: str) -> Account | None:
    """The account, or None with the reason in the form."""
    given = form.cleaned_data
    try:
        return use_account_link(
            token,
            password=given["password"],
            language=given["language"],
            address=client_address(request),
        )
    except WeakPassword as error:
        for reason in error.reasons:
            form.add_error("password", reason)
    return None
