"""Pages: sign in, sign out, choose the language."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as remember_language

from zhiyin.console.client import client_address
from zhiyin.people.errors import TooManyAttempts, WrongCredentials
from zhiyin.people.forms.session import SignInForm
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import has_owner
from zhiyin.people.services.accounts import set_language
from zhiyin.people.services.sign_in import check_credentials, note_sign_out


@requires(Permission.PUBLIC)
@never_cache
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Ask for name and password; then go where the visitor wanted to.

    While nobody owns the installation, the page says where the one-time link is.
    """
    form = SignInForm(request.POST or None)
    status, wait_seconds = 200, 0
    if request.method == "POST" and form.is_valid():
        try:
            account = check_credentials(
                form.cleaned_data["username"],
                password=form.cleaned_data["password"],
                address=client_address(request),
                request=request,
            )
        except WrongCredentials:
            status = 401
            form.add_error(None, _("Name or password is wrong. Check both and try again."))
        except TooManyAttempts as error:
            status, wait_seconds = 429, error.wait_seconds
            form.add_error(None, _wait_message(error.wait_seconds))
        else:
            return enter(request, account, to=_next_page(request))
    context = {
        "form": form,
        "next": _next_page(request),
        "has_owner": has_owner(),
        "wait_seconds": wait_seconds,
    }
    response = render(request, "people/sign_in.html", context, status=status)
    if wait_seconds:
        response["Retry-After"] = str(wait_seconds)
    return response


@requires(Permission.PUBLIC)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End the session."""
    if isinstance(request.user, Account):
        note_sign_out(request.user, address=client_address(request))
    logout(request)
    return redirect("sign_in")


@requires(Permission.PUBLIC)
@require_POST
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Remember the language in a cookie, and in the account of whoever is signed in."""
    language = request.POST.get("language", "")
    if isinstance(request.user, Account) and language in dict(settings.LANGUAGES):
        set_language(request.user, language=language)
    return remember_language(request)


def enter(request: HttpRequest, account: Account, *, to: str) -> HttpResponse:
    """A redirect to the page `to`, signed in, in the account's language."""
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    response = redirect(to)
    remember_choice(response, name=settings.LANGUAGE_COOKIE_NAME, value=account.language)
    return response


def remember_choice(response: HttpResponse, *, name: str, value: str) -> None:
    """Keep what somebody chose in a cookie for a year."""
    response.set_cookie(
        name,
        value,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        # The theme's script reads its cookie before the page is drawn.
        httponly=name == settings.LANGUAGE_COOKIE_NAME,
        samesite="Lax",
    )


def _next_page(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else "/"


def _wait_message(wait_seconds: int) -> str:
    minutes = -(-wait_seconds // 60)
    return ngettext(
        "Signing in failed too often. Try again in %(minutes)d minute.",
        "Signing in failed too often. Try again in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}
