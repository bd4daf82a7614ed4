"""Page: the first start."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhiyin.console.client import client_address
from zhiyin.errors import InvalidInput
from zhiyin.people.errors import AlreadySetUp, SetupTokenInvalid, WeakPassword
from zhiyin.people.forms.fields import offer_zone
from zhiyin.people.forms.session import SetupForm
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.setup import check_setup_token, use_setup_token
from zhiyin.people.views.session import enter


@requires(Permission.PUBLIC)
@never_cache
def set_up(request: HttpRequest, token: str) -> HttpResponseBase:
    """Name the company, make the first owner, and sign this person in."""
    initial = {"language": get_language(), "time_zone": settings.TIME_ZONE}
    form = SetupForm(request.POST or None, initial=initial)
    offer_zone(form, "time_zone", code=settings.TIME_ZONE)
    try:
        check_setup_token(token)
        if request.method == "POST" and form.is_valid():
            account = _make_owner(request, form, token)
            if account is not None:
                return enter(request, account, to="home")
    except (SetupTokenInvalid, AlreadySetUp):
        return render(request, "people/set_up_over.html", status=404)
    return render(request, "people/set_up.html", {"form": form}, status=422 if form.errors else 200)


def _make_owner(request: HttpRequest, form: SetupForm, token: str) -> Account | None:
    """The owner, or None with the reason in the form."""
    given = form.cleaned_data
    try:
        return use_setup_token(
            token,
            username=given["username"],
            password=given["password"],
            company=given["company"],
            language=given["language"],
            time_zone=given["time_zone"],
            address=client_address(request),
        )
    except WeakPassword as error:
        for reason in error.reasons:
            form.add_error("password", reason)
    except InvalidInput as error:
        field = {"name": "company"}.get(error.field or "", error.field)
        form.add_error(field if field in form.fields else None, _("This cannot be used. Change it."))
    return None
