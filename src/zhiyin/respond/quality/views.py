"""Pages: how well cases are answered, the next case to read, own scores, the rubric."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, Forbidden, InvalidInput, NotFound, ZhiyinError
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.pages import Pages, page_number
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.people.zones import company_zone
from zhiyin.respond.models import Case, QualityItem
from zhiyin.respond.quality import appealing
from zhiyin.respond.quality.forms import read_form
from zhiyin.respond.quality.kinds import About
from zhiyin.respond.quality.listing import draw_results, list_agents, list_open_appeals, list_own_scores
from zhiyin.respond.quality.reviewing import calibrate, draw_yesterday, list_to_read, record_review
from zhiyin.respond.quality.rubric import item_name, list_items, read_rubric, save_rubric
from zhiyin.respond.quality.scoring import read_answers
from zhiyin.respond.quality.words import say_problem
from zhiyin.respond.queries import get_case

N_DAYS = 30
PAGE_SIZE = 20
_MOST = 50
_VOTES = {"yes": True, "no": False}


@require_safe
@requires(Permission.QUALITY_REVIEW)
def show_quality(request: HttpRequest) -> HttpResponse:
    """Agents by their scores, what waits to be read, and objections."""
    scope, since = scope_of(request), timezone.now() - timedelta(days=N_DAYS)
    account = _account(request)
    to_read = list_to_read(
        scope=scope, account=account, today=timezone.now().astimezone(company_zone()).date()
    )
    context = {
        "agents": list_agents(scope=scope, since=since),
        "to_read": list(to_read[:_MOST]),
        "appeals": [
            (one, item_name(one.item)) for one in list_open_appeals(scope=scope, account=account)[:_MOST]
        ],
        "calibration": calibrate(scope=scope, since=since),
        "rubric": read_rubric(),
        "n_days": N_DAYS,
    }
    return render_page(request, "respond/quality/quality.html", context)


@require_POST
@requires(Permission.QUALITY_REVIEW)
def draw(request: HttpRequest) -> HttpResponse:
    """Draws the sample of the day before, if that was not done."""
    n = draw_yesterday()
    tell(request, _("%(n)s cases are drawn.") % {"n": n} if n else _("There is nothing more to draw."))
    return redirect("quality")


@requires(Permission.QUALITY_REVIEW)
def review(request: HttpRequest, number: str) -> HttpResponse:
    """One case to read, with a line for every item; whoever has read it goes on to the next."""
    case, account = _case(request, number), _account(request)
    items = [item for item in list_items(read_rubric()) if item.about == About.AGENT]
    if request.method == "POST":
        met = {item.key: _VOTES.get(request.POST.get(f"item-{item.pk}", "")) for item in items}
        comment = request.POST.get("comment", "")
        try:
            score = record_review(case, met=met, comment=comment, by=actor_of(request), judge=account)
        except (InvalidInput, Conflict, Forbidden) as error:
            return _draw_review(request, case, items=items, problem=error)
        tell(request, _("Case %(number)s: %(total)s of 100.") % {"number": case.number, "total": score.total})
        return _next(request, account=account)
    return _draw_review(request, case, items=items)


@require_safe
@requires(Permission.CASES_WORK)
def show_mine(request: HttpRequest) -> HttpResponse:
    """The own scores, line by line, with what may be objected to."""
    pages = Paginator(list_own_scores(_account(request)), PAGE_SIZE)
    page = pages.get_page(page_number(request.GET.get("page", "")))
    context = {
        "scores": [(score, draw_results(score)) for score in page.object_list],
        "pages": Pages(number=page.number, n_rows=pages.count, size=pages.per_page),
    }
    return render_page(request, "respond/quality/mine.html", context)


@requires(Permission.CASES_WORK)
@takes_form_of("quality_mine")
def object_to(request: HttpRequest, result_id: int) -> HttpResponse:
    """An objection against a line of an own score."""
    account, reason = _account(request), request.POST.get("why_not", "")
    try:
        result = appealing.get_own_result(result_id, account=account)
        appealing.appeal(result, reason=reason, by=actor_of(request), account=account)
    except NotFound:
        raise Http404 from None
    except (InvalidInput, Conflict) as error:
        tell(request, say_problem(error), tone="bad")
    else:
        tell(request, _("Your objection is made. Somebody else looks at it."))
    return redirect("quality_mine")


@requires(Permission.QUALITY_REVIEW)
@takes_form_of("quality")
def decide_appeal(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """Grants or refuses an objection."""
    is_granted = request.POST.get("is_granted") == "yes"
    try:
        made = appealing.get_appeal(appeal_id, scope=scope_of(request))
        appealing.decide(
            made,
            is_granted=is_granted,
            words=request.POST.get("decision", ""),
            by=actor_of(request),
            account=_account(request),
        )
    except NotFound:
        raise Http404 from None
    except (InvalidInput, Conflict, Forbidden) as error:
        tell(request, say_problem(error), tone="bad")
    else:
        tell(request, _("Granted; the score is changed.") if is_granted else _("Refused; the score stays."))
    return redirect("quality")


@requires(Permission.QUALITY_REVIEW)
def edit_rubric(request: HttpRequest) -> HttpResponse:
    """The rubric; keeping it makes a new version, scores given before stay."""
    rubric = read_rubric()
    items, problem = list_items(rubric), ""
    # One rubric holds for the whole company, so only who reviews all of it changes it.
    may_change = scope_of(request).unit_ids is None
    if request.method == "POST":
        if not may_change:
            raise Http404
        try:
            typed = read_form(request.POST, before=rubric, items=items)
            seen = request.POST.get("version", "")
            saved = save_rubric(
                typed.items,
                by=actor_of(request),
                seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1,
                settings=typed.settings,
            )
        except (InvalidInput, Conflict) as error:
            problem = say_problem(error)
        else:
            tell(request, _("Version %(n)s holds from now on.") % {"n": saved.version})
            return redirect("quality_rubric")
    context = {
        "rubric": rubric,
        "items": [(item, item_name(item)) for item in items],
        "problem": problem,
        "may_change": may_change,
    }
    return render_page(request, "respond/quality/rubric.html", context, status=422 if problem else 200)


def _draw_review(
    request: HttpRequest, case: Case, *, items: Sequence[QualityItem], problem: ZhiyinError | None = None
) -> HttpResponse:
    context = {
        "case": case,
        "answers": read_answers(case),
        "items": [(item, item_name(item), request.POST.get(f"item-{item.pk}", "")) for item in items],
        "comment": request.POST.get("comment", ""),
        "problem": say_problem(problem) if problem else "",
    }
    return render_page(request, "respond/quality/review.html", context, status=422 if problem else 200)


def _next(request: HttpRequest, *, account: Account) -> HttpResponse:
    today = timezone.now().astimezone(company_zone()).date()
    following = list_to_read(scope=scope_of(request), account=account, today=today).first()
    return redirect("quality_review", following.case.number) if following else redirect("quality")


def _case(request: HttpRequest, number: str) -> Case:
    # A case is read by who reviews its unit and may see its cases.
    scope = visitor_of(request).scope_for(Permission.CASES_READ)
    own = scope_of(request)
    try:
        return get_case(number, scope=scope if own.unit_ids is None else scope.narrowed_to(own.unit_ids))
    except NotFound:
        raise Http404 from None


def _account(request: HttpRequest) -> Account:
    account = visitor_of(request).account
    if account is None:
        raise Http404
    return account
