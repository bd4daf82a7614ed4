"""Pages: who works here, and inviting somebody."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import count
from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.forms.accounts import InviteForm
from zhiyin.people.forms.fields import find_typed_unit, give_scope
from zhiyin.people.models import Account
from zhiyin.people.pages import page_number
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.problem_words import problem_words
from zhiyin.people.queries.directory import (
    SORTS,
    AccountFilter,
    Person,
    State,
    search_accounts,
    select_accounts,
    stream_persons,
)
from zhiyin.people.role_words import role_deeds, role_name, role_purpose
from zhiyin.people.roles import Role
from zhiyin.people.services.account_links import create_account_link
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.audit import record_event

_STATES: tuple[State, ...] = ("", "active", "invited", "shut")


def require_whole_company(request: HttpRequest) -> None:
    """Who manages people could make anybody an owner, so a right to some units alone opens nothing here."""
    if scope_of(request).unit_ids is not None:
        raise Http404


@requires(Permission.ACCOUNTS_MANAGE)
def manage_accounts(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, found by name, role, unit and state."""
    require_whole_company(request)
    wanted = _wanted(request)
    page = search_accounts(wanted, number=page_number(request.GET.get("page", "")))
    context = {
        "wanted": wanted,
        "page": page,
        "lead": ngettext("%(n)s person.", "%(n)s people.", page.n_rows) % {"n": count(page.n_rows)},
        "roles": [(role.value, role_name(role)) for role in Role],
        "guide": role_guide(),
        "unit_words": f"{wanted.unit.name} · {wanted.unit.code}" if wanted.unit else "",
        "export_url": f"{reverse('accounts_export')}?{request.GET.urlencode()}",
    }
    parts = {"account-list": "people/_account_list.html"}
    return render_page(request, "people/accounts.html", context, parts=parts)


@requires(Permission.ACCOUNTS_MANAGE)
@never_cache
def invite(request: HttpRequest) -> HttpResponseBase:
    """A form for a new person; then, once, the link by which this person sets a password."""
    require_whole_company(request)
    language = get_language() or "zh-hans"
    form = InviteForm(
        request.POST or None, initial={"language": language, "unit": request.GET.get("unit", "")[:300]}
    )
    give_scope(form, scope_of(request))
    status = 200
    if request.method == "POST":
        if form.is_valid():
            made = _make(request, form)
            if made is not None:
                return show_link(request, *made)
        status = 422
    context = {"form": form, "guide": role_guide()}
    return render_page(request, "people/invite.html", context, status=status)


@requires(Permission.ACCOUNTS_MANAGE)
def export_accounts(request: HttpRequest) -> HttpResponseBase:
    """The accounts that fit, a line each."""
    require_whole_company(request)
    wanted = _wanted(request)
    n_accounts = select_accounts(wanted).count()
    columns = [
        _("Display name"),
        _("Sign-in name"),
        _("E-mail"),
        _("Roles"),
        _("State"),
        _("Last sign-in"),
        _("Created"),
    ]
    rows = (
        (
            str(person.account),
            person.account.username,
            person.account.email,
            "; ".join(_role_and_place(person)),
            state_words(person),
            person.account.last_login,
            person.account.created_at,
        )
        for person in stream_persons(wanted)
    )
    form = wanted_format(request.GET.get("format", ""))
    sent = stream_table(request, name=_("People"), columns=columns, rows=rows, form=form, n_rows=n_accounts)
    record_event("account.exported", by=actor_of(request), details={"rows": n_accounts})
    return sent


def show_link(request: HttpRequest, account: Account, secret: str) -> HttpResponse:
    """The one-time link, which is shown here and never again."""
    link = request.build_absolute_uri(reverse("join", args=[secret]))
    context = {"account": account, "link": link, "is_new": not account.has_usable_password()}
    response = render_page(request, "people/link.html", context)
    response["Cache-Control"] = "no-store"
    return response


def role_guide() -> list[dict[str, object]]:
    """Each role with its name, its purpose and everything that it may do."""
    return [
        {
            "code": role.value,
            "name": role_name(role),
            "purpose": role_purpose(role),
            "deeds": role_deeds(role),
        }
        for role in Role
    ]


def state_words(person: Person) -> str:
    """Whether the person can sign in, in a word."""
    if not person.account.is_active:
        return _("Shut")
    return _("Active") if person.has_password else _("Invited")


def _role_and_place(person: Person) -> list[str]:
    company = _("whole company")
    return [
        f"{role_name(grant.role)} ({grant.unit.name if grant.unit else company})" for grant in person.grants
    ]


def _make(request: HttpRequest, form: InviteForm) -> tuple[Account, str] | None:
    """The account and the secret of its link, or None with the reason in the form."""
    given, by = form.cleaned_data, actor_of(request)
    try:
        with transaction.atomic():
            account = create_account(
                given["username"],
                display_name=given["display_name"],
                email=given["email"],
                language=given["language"],
                by=by,
            )
            grant_role(account, role=Role(given["role"]), unit=given["unit"], by=by)
            return account, create_account_link(account, by=by)
    except ZhiyinError as error:
        field = error.field if isinstance(error, InvalidInput) else "username"
        form.add_error(field if field in form.fields else None, problem_words(error))
        return None


def _wanted(request: HttpRequest) -> AccountFilter:
    query = request.GET
    role, state, sort = query.get("role", ""), query.get("state", ""), query.get("sort", "")
    return AccountFilter(
        words=query.get("words", "")[:150].replace("\0", ""),
        role=Role(role) if role in set(Role) else None,
        unit=find_typed_unit(query.get("unit", "")[:300], scope=scope_of(request)),
        state=next((known for known in _STATES if known == state), ""),
        sort=sort if sort in SORTS else "name",
    )
