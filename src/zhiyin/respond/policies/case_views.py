"""What staff do with policies on a case: ask one, grant, ask for approval, take back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.answer_templates.variables import find_variables
from zhiyin.respond.models import Case, Compensation, Decision, PolicyVersion
from zhiyin.respond.policies import approving, granting
from zhiyin.respond.policies.asking import Known, find_customer_of, read_known
from zhiyin.respond.policies.deciding import table_of
from zhiyin.respond.policies.facts import column_name
from zhiyin.respond.policies.figures import read_values, write_value
from zhiyin.respond.policies.reasons import texts_of
from zhiyin.respond.policies.tables import Column
from zhiyin.respond.policies.versions import list_for_case
from zhiyin.respond.policies.words import SOURCE_NAMES, say, say_gift
from zhiyin.respond.queries import find_draft
from zhiyin.respond.services import save_answer_draft
from zhiyin.respond.views.case import draw_case, find_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One field of the form: what is asked, what is filled in, and whence."""

    column: Column
    name: str
    value: str
    source: str
    is_wrong: bool = False


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CASES_WORK)
def ask_policy(request: HttpRequest, number: str) -> HttpResponse:
    """The questions of a policy, filled in as far as known; sent, it decides."""
    case = find_case(request, number)
    version = _version(request, case)
    known = read_known(request, case, order_key=_asked(request, "order"))
    if request.method == "POST":
        try:
            return _decide(request, case, version, known=known)
        except (InvalidInput, Conflict) as error:
            status = 422 if isinstance(error, InvalidInput) else 409
            return _draw(request, case, version, known=known, error=error, status=status)
    return _draw(request, case, version, known=known)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def grant_decision(request: HttpRequest, number: str, decision_id: int) -> HttpResponse:
    """Give the customer what was decided."""
    case, by = find_case(request, number), actor_of(request)
    decision = _decision(case, decision_id)

    def act() -> None:
        given = granting.grant(decision, by=by, customer=find_customer_of(request, case))
        undo = reverse("case_grant_undo", args=[case.number, given.pk])
        tell(request, _("Granted: %(gift)s.") % {"gift": say_gift(given)}, undo_url=undo)

    return _act(request, case, act)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def ask_for_approval(request: HttpRequest, number: str, decision_id: int) -> HttpResponse:
    """Ask those who have to agree."""
    case, account = find_case(request, number), visitor_of(request).account
    decision = _decision(case, decision_id)
    if account is None:
        raise Http404

    def act() -> None:
        asked = approving.ask_approval(decision, by=account, customer=find_customer_of(request, case))
        names = _("; ").join(str(one.approver) for one in asked)
        tell(request, _("%(names)s is asked to agree.") % {"names": names})

    return _act(request, case, act)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def take_grant_back(request: HttpRequest, number: str, compensation_id: UUID) -> HttpResponse:
    """Take a grant back within ten minutes."""
    case, by = find_case(request, number), actor_of(request)
    found = Compensation.objects.filter(pk=compensation_id, case=case).select_related("case").first()
    if found is None:
        raise Http404
    compensation = found

    def act() -> None:
        granting.take_back(compensation, by=by)
        tell(request, _("Taken back."))

    return _act(request, case, act)


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def use_reason(request: HttpRequest, number: str, decision_id: int) -> HttpResponse:
    """Put the reason for the customer into the draft of the answer."""
    case, by = find_case(request, number), actor_of(request)
    chinese, english = texts_of(_decision(case, decision_id))
    wanted = english if request.POST.get("language") == "en" else chinese

    def act() -> None:
        draft = find_draft(case)
        before = draft.text if draft else ""
        text = "\n\n".join(filter(None, [before.strip(), wanted]))
        save_answer_draft(case, text=text, by=by, version=draft.version if draft else 0)
        if find_variables(wanted):
            tell(
                request,
                _("The reason stands in the answer. Its time has passed: write a new one in place of {due}."),
            )
        else:
            tell(request, _("The reason stands in the answer."))

    return _act(request, case, act, anchor="answer")


def _act(
    request: HttpRequest, case: Case, act: Callable[[], None], *, anchor: str = "policies"
) -> HttpResponse:
    try:
        act()
    except (InvalidInput, Conflict) as error:
        status = 422 if isinstance(error, InvalidInput) else 409
        return draw_case(request, find_case(request, case.number), problem=say(error), status=status)
    return redirect(f"{reverse('case', args=[case.number])}#{anchor}")


def _decide(request: HttpRequest, case: Case, version: PolicyVersion, *, known: Known) -> HttpResponse:
    given = read_values(table_of(version.jdm), request.POST)
    sources = {
        field: known.values[field][1]
        if field in known.values and known.values[field][0] == value
        else "typed"
        for field, value in given.items()
        if value is not None
    }
    granting.decide_case(
        case,
        version,
        given=given,
        sources=sources,
        by=actor_of(request),
        order_key=known.order.key if known.order else "",
    )
    return redirect(f"{reverse('case', args=[case.number])}#policies")


def _draw(
    request: HttpRequest,
    case: Case,
    version: PolicyVersion,
    *,
    known: Known,
    error: InvalidInput | Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    wrong = error.field if isinstance(error, InvalidInput) else None
    context = {
        "case": case,
        "policy": version.policy,
        "version": version,
        "known": known,
        "problem": say(error) if error else "",
        "questions": [
            _question(one, request=request, known=known, wrong=wrong) for one in table_of(version.jdm).columns
        ],
    }
    return render_page(request, "respond/policies/ask.html", context, status=status)


def _question(column: Column, *, request: HttpRequest, known: Known, wrong: str | None) -> Question:
    value, source = known.values.get(column.field, (None, ""))
    text = request.POST.get(f"in-{column.field}", "") if request.method == "POST" else write_value(value)
    return Question(
        column=column,
        name=column_name(column),
        value=text,
        source=str(SOURCE_NAMES[source]) if source else "",
        is_wrong=column.field == wrong,
    )


def _version(request: HttpRequest, case: Case) -> PolicyVersion:
    code = _asked(request, "policy")
    found = next((one for one in list_for_case(case) if one.policy.code == code), None)
    if found is None or not case.is_open:
        raise Http404
    return found


def _decision(case: Case, decision_id: int) -> Decision:
    rows = Decision.objects.select_related("version__policy", "case__unit")
    found = rows.filter(pk=decision_id, case=case).first()
    if found is None:
        raise Http404
    return found


def _asked(request: HttpRequest, name: str) -> str:
    return (request.POST if request.method == "POST" else request.GET).get(name, "")[:80]
