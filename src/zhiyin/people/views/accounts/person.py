"""Pages: one person, with roles, state and the link to a new password."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput, NotFound, ZhiyinError
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.errors import AccountNeeded
from zhiyin.people.forms.accounts import GrantForm, ProfileForm
from zhiyin.people.forms.fields import give_scope
from zhiyin.people.models import Account, OrgUnit, RoleGrant
from zhiyin.people.objections import Objection
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.problem_words import problem_words
from zhiyin.people.queries import get_unit
from zhiyin.people.queries.audit_trail import list_history
from zhiyin.people.queries.directory import Person, get_person
from zhiyin.people.role_words import role_deeds, role_name, role_purpose
from zhiyin.people.roles import Role
from zhiyin.people.services.account_links import create_account_link
from zhiyin.people.services.accounts import (
    deactivate_account,
    grant_role,
    reactivate_account,
    revoke_role,
)
from zhiyin.people.services.profile import change_profile
from zhiyin.people.told_events import tell_event
from zhiyin.people.views.accounts.directory import (
    require_whole_company,
    role_guide,
    show_link,
    state_words,
)
from zhiyin.people.views.posts import takes_form_of


@requires(Permission.ACCOUNTS_MANAGE)
def show_account(request: HttpRequest, account_id: int) -> HttpResponse:
    """What one person is called, may do where, and what befell the account."""
    return _page(request, _person(request, account_id))


@requires(Permission.ACCOUNTS_MANAGE)
@takes_form_of("account_settings", "account_id")
def edit_account(request: HttpRequest, account_id: int) -> HttpResponseBase:
    """Change name, e-mail address and language."""
    person = _person(request, account_id)
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _page(request, person, profile_form=form, status=422)
    try:
        change_profile(person.account, **form.cleaned_data, by=actor_of(request))
    except InvalidInput as error:
        form.add_error(error.field if error.field in form.fields else None, problem_words(error))
        return _page(request, person, profile_form=form, status=422)
    tell(request, _("Saved."))
    return redirect("account_settings", account_id)


@requires(Permission.ACCOUNTS_MANAGE)
@takes_form_of("account_settings", "account_id")
def grant(request: HttpRequest, account_id: int) -> HttpResponseBase:
    """Give a role, for a unit or for the whole company."""
    person = _person(request, account_id)
    form = GrantForm(request.POST)
    give_scope(form, scope_of(request))
    if not form.is_valid():
        return _page(request, person, grant_form=form, status=422)
    role, unit = Role(form.cleaned_data["role"]), form.cleaned_data["unit"]
    return change_role(
        request, account_id=account_id, role=role.value, unit_id=unit.pk if unit else 0, deed="grant"
    )


@requires(Permission.ACCOUNTS_MANAGE)
@takes_form_of("account_settings", "account_id")
def change_role(
    request: HttpRequest, account_id: int, role: str, unit_id: int, deed: str
) -> HttpResponseBase:
    """Grant or revoke one role at one unit (0 for the whole company); each is the other's undo."""
    person = _person(request, account_id)
    if role not in set(Role):
        raise Http404
    unit = _unit(request, unit_id) if unit_id else None
    words = {"role": role_name(role), "name": person.account}
    other = "revoke" if deed == "grant" else "grant"
    undo_url = reverse("change_role", args=[account_id, role, unit_id, other])
    try:
        if deed == "grant":
            is_new = not RoleGrant.objects.filter(account=person.account, role=role, unit=unit).exists()
            grant_role(person.account, role=Role(role), unit=unit, by=actor_of(request))
            undo_url = undo_url if is_new else ""
            tell(request, _("%(name)s has the role %(role)s now.") % words, undo_url=undo_url)
        else:
            revoke_role(person.account, role=Role(role), unit=unit, by=actor_of(request))
            tell(request, _("%(name)s no longer has the role %(role)s.") % words, undo_url=undo_url)
    except ZhiyinError as error:
        return _page(request, person, problem=problem_words(error), status=409)
    return redirect("account_settings", account_id)


@requires(Permission.ACCOUNTS_MANAGE)
@takes_form_of("account_settings", "account_id")
def set_state(request: HttpRequest, account_id: int, state: str) -> HttpResponseBase:
    """Shut the account, or open it again; each is the other's undo."""
    account = _person(request, account_id).account
    other = reverse("account_state", args=[account_id, "shut" if state == "open" else "open"])
    try:
        if state == "open":
            reactivate_account(account, by=actor_of(request))
            tell(request, _("%(name)s can sign in again.") % {"name": account}, undo_url=other)
        else:
            deactivate_account(account, by=actor_of(request))
            words = _("%(name)s is shut out: every session has ended.")
            tell(request, words % {"name": account}, undo_url=other)
    except AccountNeeded as error:
        return _page(request, _person(request, account_id), objections=error.objections, status=409)
    except ZhiyinError as error:
        return _page(request, _person(request, account_id), problem=problem_words(error), status=409)
    return redirect("account_settings", account_id)


@requires(Permission.ACCOUNTS_MANAGE)
@takes_form_of("account_settings", "account_id")
@never_cache
def make_link(request: HttpRequest, account_id: int) -> HttpResponseBase:
    """A new one-time link, shown once; links from before end."""
    person = _person(request, account_id)
    try:
        secret = create_account_link(person.account, by=actor_of(request))
    except ZhiyinError as error:
        return _page(request, person, problem=problem_words(error), status=409)
    return show_link(request, person.account, secret)


def _page(
    request: HttpRequest,
    person: Person,
    *,
    profile_form: ProfileForm | None = None,
    grant_form: GrantForm | None = None,
    problem: str = "",
    objections: Sequence[Objection] = (),
    status: int = 200,
) -> HttpResponse:
    account = person.account
    context = {
        "person": person,
        "state": state_words(person),
        "grants": [_grant_row(account, grant) for grant in person.grants],
        "profile_form": profile_form or ProfileForm(initial=_profile(account)),
        "grant_form": grant_form or GrantForm(),
        "guide": role_guide(),
        "history": [tell_event(named) for named in list_history("account", account.pk)],
        "problem": problem,
        "objections": objections,
    }
    return render_page(request, "people/account.html", context, status=status)


def _profile(account: Account) -> dict[str, str]:
    return {"display_name": account.display_name, "email": account.email, "language": account.language}


def _grant_row(account: Account, grant: RoleGrant) -> dict[str, object]:
    return {
        "name": role_name(grant.role),
        "purpose": role_purpose(grant.role),
        "deeds": role_deeds(grant.role),
        "unit": grant.unit,
        "granted_at": grant.granted_at,
        "revoke_url": reverse("change_role", args=[account.pk, grant.role, grant.unit_id or 0, "revoke"]),
    }


def _person(request: HttpRequest, account_id: int) -> Person:
    require_whole_company(request)
    try:
        return get_person(account_id)
    except NotFound:
        raise Http404 from None


def _unit(request: HttpRequest, unit_id: int) -> OrgUnit:
    try:
        return get_unit(unit_id, scope=scope_of(request))
    except NotFound:
        raise Http404 from None
