"""Pages: one's own account."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_post_parameters

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.errors import WeakPassword
from zhiyin.people.forms.accounts import OwnPasswordForm, OwnProfileForm
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.problem_words import problem_words
from zhiyin.people.queries.audit_trail import list_sign_ins
from zhiyin.people.queries.directory import get_person
from zhiyin.people.role_words import role_deeds, role_name, role_purpose
from zhiyin.people.services.profile import change_own_password, change_profile, end_sessions
from zhiyin.people.views.posts import takes_form_of
from zhiyin.people.views.session import remember_choice


@requires(Permission.SIGNED_IN)
def my_account(request: HttpRequest) -> HttpResponseBase:
    """Name, e-mail address, language and appearance; what one may do; where one signed in."""
    account = _own(request)
    if request.method != "POST":
        return _page(request, account)
    form = OwnProfileForm(request.POST)
    if not form.is_valid():
        return _page(request, account, profile_form=form, status=422)
    given = form.cleaned_data
    try:
        change_profile(
            account,
            display_name=given["display_name"],
            email=given["email"],
            language=given["language"],
            by=actor_of(request),
        )
    except InvalidInput as error:
        form.add_error(error.field if error.field in form.fields else None, problem_words(error))
        return _page(request, account, profile_form=form, status=422)
    with override(account.language):
        tell(request, _("Saved."))
    response = redirect("my_account")
    remember_choice(response, name=settings.LANGUAGE_COOKIE_NAME, value=account.language)
    remember_choice(response, name="theme", value=given["theme"])
    return response


@requires(Permission.SIGNED_IN)
@takes_form_of("my_account")
@sensitive_post_parameters()
def set_own_password(request: HttpRequest) -> HttpResponseBase:
    """Replace the password; this session goes on, all others end."""
    account = _own(request)
    form = OwnPasswordForm(request.POST)
    if form.is_valid():
        try:
            change_own_password(
                account,
                current=form.cleaned_data["current"],
                new=form.cleaned_data["password"],
                by=actor_of(request),
            )
        except WeakPassword as error:
            for reason in error.reasons:
                form.add_error("password", reason)
        except InvalidInput:
            form.add_error("current", _("This is not your current password."))
        else:
            update_session_auth_hash(request, account)
            tell(request, _("The password is changed. Everywhere else you are signed out."))
            return redirect("my_account")
    return _page(request, account, password_form=form, status=422)


@requires(Permission.SIGNED_IN)
@takes_form_of("my_account")
def end_other_sessions(request: HttpRequest) -> HttpResponseBase:
    """Sign out everywhere but here."""
    account = _own(request)
    end_sessions(account, by=actor_of(request))
    update_session_auth_hash(request, account)
    tell(request, _("Everywhere else you are signed out."))
    return redirect("my_account")


def _own(request: HttpRequest) -> Account:
    account = visitor_of(request).account
    if account is None:
        raise Http404
    return account


def _page(
    request: HttpRequest,
    account: Account,
    *,
    profile_form: OwnProfileForm | None = None,
    password_form: OwnPasswordForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = {
        "display_name": account.display_name,
        "email": account.email,
        "language": account.language,
        "theme": request.COOKIES.get("theme", "auto"),
    }
    grants = [
        {
            "name": role_name(grant.role),
            "purpose": role_purpose(grant.role),
            "deeds": role_deeds(grant.role),
            "unit": grant.unit,
        }
        for grant in get_person(account.pk).grants
    ]
    context = {
        "account": account,
        "profile_form": profile_form or OwnProfileForm(initial=now),
        "password_form": password_form or OwnPasswordForm(),
        "grants": grants,
        "sign_ins": list_sign_ins(account),
    }
    return render_page(request, "people/my_account.html", context, status=status)
