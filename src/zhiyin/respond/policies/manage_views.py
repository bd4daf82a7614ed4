"""Pages: all policies, and how much may be granted without asking."""

from __future__ import annotations

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.unit_choices import list_unit_choices
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.permissions import Permission, requires, roles_with
from zhiyin.people.queries import find_unit_by_code
from zhiyin.people.role_words import role_name
from zhiyin.people.roles import Role
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.policies.figures import read_cents
from zhiyin.respond.policies.limits import list_limits, remove_limit, save_limit
from zhiyin.respond.policies.listing import list_policies
from zhiyin.respond.policies.shipped import list_shipped, use_shipped
from zhiyin.respond.policies.versions import make_policy
from zhiyin.respond.policies.words import LIMIT_NAMES, PERIOD_NAMES, say

_SALT = "policy-limit"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.POLICIES_MANAGE)
def manage_policies(request: HttpRequest) -> HttpResponse:
    """All policies with how they stand, and a form for one more."""
    problem = ""
    if request.method == "POST":
        try:
            policy = make_policy(
                name=request.POST.get("name", ""),
                unit_id=_unit_id(request),
                by=actor_of(request),
                scope=scope_of(request),
            )
        except (InvalidInput, Conflict) as error:
            problem = say(error)
        except NotFound:
            raise Http404 from None
        else:
            return redirect("policy_edit", policy.code)
    scope = scope_of(request)
    lines = list_policies(scope=scope, now=timezone.now())
    there = {line.policy.code for line in lines}
    context = {
        "lines": lines,
        "n_shipped": sum(one.code not in there for one in list_shipped()) if scope.allows(None) else 0,
        "units": list_unit_choices(scope, chosen=None),
        "sees_all": scope.allows(None),
        "problem": problem,
        "typed": request.POST,
    }
    return render_page(request, "respond/policies/policies.html", context, status=422 if problem else 200)


@require_POST
@requires(Permission.POLICIES_MANAGE)
def use_shipped_policies(request: HttpRequest) -> HttpResponse:
    """The tables that come with the product are in force."""
    try:
        n_new = use_shipped(language=get_language() or "zh", by=actor_of(request), scope=scope_of(request))
    except NotFound:
        raise Http404 from None
    tell(request, _("%(n)s policies are in force. Change them as you work.") % {"n": n_new})
    return redirect("manage_policies")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.POLICIES_MANAGE)
def manage_limits(request: HttpRequest) -> HttpResponse:
    """The limits with what is used of them, and a form for one more."""
    problem, scope = "", scope_of(request)
    if request.method == "POST":
        try:
            save_limit(
                of=request.POST.get("of", ""),
                unit_id=_unit_id(request),
                role=request.POST.get("role", ""),
                period=request.POST.get("period", "month"),
                limit_cents=read_cents(request.POST.get("amount", ""), field="amount"),
                by=actor_of(request),
                scope=scope,
            )
        except InvalidInput as error:
            problem = say(error)
        except NotFound:
            raise Http404 from None
        else:
            tell(request, _("The limit holds from now on."))
            return redirect("manage_limits")
    working = roles_with(Permission.CASES_WORK)
    context = {
        "lines": list_limits(scope=scope, now=timezone.now()),
        "units": list_unit_choices(scope, chosen=None),
        "sees_all": scope.allows(None),
        "kinds": [(one.value, name) for one, name in LIMIT_NAMES.items()],
        "periods": [(one.value, name) for one, name in PERIOD_NAMES.items()],
        "roles": [(one.value, role_name(one.value)) for one in Role if one in working],
        "problem": problem,
        "typed": request.POST,
    }
    return render_page(request, "respond/policies/limits.html", context, status=422 if problem else 200)


@requires(Permission.POLICIES_MANAGE)
@takes_form_of("manage_limits")
def drop_limit(request: HttpRequest, limit_id: int) -> HttpResponse:
    """The limit holds no longer."""
    try:
        gone = remove_limit(limit_id, by=actor_of(request), scope=scope_of(request))
    except NotFound:
        raise Http404 from None
    kept = {
        "of": gone.of,
        "unit_id": gone.unit_id,
        "role": gone.role,
        "period": gone.period,
        "limit_cents": gone.limit_cents,
    }
    undo = f"{reverse('put_limit_back')}?limit={signing.dumps(kept, salt=_SALT)}"
    tell(request, _("The limit is removed."), undo_url=undo)
    return redirect("manage_limits")


@requires(Permission.POLICIES_MANAGE)
@takes_form_of("manage_limits")
def put_limit_back(request: HttpRequest) -> HttpResponse:
    """The limit that was removed holds again."""
    try:
        kept = signing.loads(request.GET.get("limit", ""), salt=_SALT, max_age=3_600)
        save_limit(**kept, by=actor_of(request), scope=scope_of(request))
    except (signing.BadSignature, NotFound):
        raise Http404 from None
    tell(request, _("The limit holds from now on."))
    return redirect("manage_limits")


def _unit_id(request: HttpRequest) -> int | None:
    code = request.POST.get("unit", "")
    if not code:
        return None
    unit = find_unit_by_code(code)
    if unit is None:
        raise Http404
    return unit.pk
