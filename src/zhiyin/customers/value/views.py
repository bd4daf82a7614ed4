"""What a customer received: the statement, the lines behind it, entries by hand, and the words of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.text_checks import CheckedField, draw_checks
from zhiyin.console.toasts import tell
from zhiyin.customers.profile.person import Person, get_person
from zhiyin.customers.value.entering import Typed, enter_value, take_value_back
from zhiyin.customers.value.naming import KIND_NAMES, kind_name
from zhiyin.customers.value.reading import list_lines, sum_up, total_amount
from zhiyin.customers.value.statements import (
    FIELDS,
    Texts,
    example_totals,
    get_template,
    list_templates,
    period_name,
    restore_template,
    save_template,
    write_statement,
)
from zhiyin.engine import open_engine
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries.units import list_units, unit_names

_MOST_YEARS = 6
_CHECKED = (
    CheckedField(name="chinese", id_for_label="words-zh", label=gettext_lazy("In Chinese")),
    CheckedField(name="english", id_for_label="words-en", label=gettext_lazy("In English")),
)


@require_safe
@requires(Permission.CUSTOMERS_READ)
def customer_value(request: HttpRequest, customer_id: uuid.UUID) -> HttpResponse:
    """The statement of a year and the lines behind it."""
    person = _person(request, customer_id)
    return render_page(request, "customers/value/value.html", _context(request, person))


@require_POST
@requires(Permission.CUSTOMERS_WORK)
def enter_customer_value(request: HttpRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Enter something by hand."""
    person, given = _person(request, customer_id), request.POST
    unit = given.get("unit", "")
    typed = Typed(
        kind=given.get("kind", ""),
        amount=given.get("amount", ""),
        points=given.get("points", ""),
        note=given.get("note", ""),
        unit_id=int(unit) if unit.isascii() and unit.isdecimal() and len(unit) < 10 else None,
        form_id=given.get("form_id", "")[:64],
    )
    try:
        enter_value(
            person,
            typed,
            engine=open_engine(settings.HOME),
            scope=scope_of(request),
            by=actor_of(request),
        )
    except NotFound as problem:
        raise Http404 from problem
    except (InvalidInput, Conflict) as problem:
        context = _context(request, person) | {
            "typed": typed,
            "problem": _explain(problem),
            "problem_field": getattr(problem, "field", "") or "",
        }
        return render_page(request, "customers/value/value.html", context, status=422)
    tell(request, _("Entered."))
    return redirect("customer_value", person.customer)


@require_POST
@requires(Permission.CUSTOMERS_WORK)
def take_customer_value_back(request: HttpRequest, customer_id: uuid.UUID, entry_id: str) -> HttpResponse:
    """Enter a counter-entry."""
    person = _person(request, customer_id)
    try:
        take_value_back(
            person,
            entry_id,
            reason=request.POST.get("reason", ""),
            engine=open_engine(settings.HOME),
            scope=scope_of(request),
            by=actor_of(request),
        )
    except NotFound as problem:
        raise Http404 from problem
    except Conflict:
        tell(request, _("It was taken back before."), tone="info")
        return redirect("customer_value", person.customer)
    tell(request, _("Taken back by a counter-entry; both stay in the ledger."))
    return redirect("customer_value", person.customer)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.INSTALLATION_MANAGE)
def statement_words(request: HttpRequest) -> HttpResponse:
    """The words of the statement with a preview, and their versions."""
    texts, problem = get_template().texts, ""
    problem_field = ""
    if request.method == "POST":
        texts = Texts(chinese=request.POST.get("chinese", ""), english=request.POST.get("english", ""))
        try:
            if request.POST.get("action") != "preview":
                save_template(texts, account=visitor_of(request).account, by=actor_of(request))
                tell(request, _("The new words are in use."))
                return redirect("statement_words")
            _preview(texts)
        except InvalidInput as error:
            problem_field = (error.field or "").removesuffix("_forbidden")
            problem = _("Check the names in braces: use only those listed, and close each brace.")
            if problem_field != error.field:
                problem = _(
                    "Customers must not be asked to change or remove a review. Please take these words out."
                )
    context = {
        "texts": texts,
        "problem": problem,
        "problem_field": problem_field,
        "preview": {} if problem else _preview(texts),
        "fields": FIELDS,
        "versions": list_templates(),
        **draw_checks(request, _CHECKED),
    }
    return render_page(request, "customers/value/words.html", context, status=422 if problem else 200)


@require_POST
@requires(Permission.INSTALLATION_MANAGE)
def restore_statement_words(request: HttpRequest, version: int) -> HttpResponse:
    """Put an older version's words in use again."""
    try:
        restore_template(version, account=visitor_of(request).account, by=actor_of(request))
    except NotFound as problem:
        raise Http404 from problem
    tell(request, _("The older words are in use again."))
    return redirect("statement_words")


def _preview(texts: Texts) -> dict[str, str]:
    now = timezone.localtime()
    return {
        "zh": write_statement(
            texts, totals=example_totals(), language="zh", period=period_name(_new_year(now), now, "zh")
        ),
        "en": write_statement(
            texts, totals=example_totals(), language="en", period=period_name(_new_year(now), now, "en")
        ),
    }


def _context(request: HttpRequest, person: Person) -> dict[str, object]:
    scope, now = scope_of(request), timezone.localtime()
    year = _year(request.GET, now=now)
    first = _new_year(now).replace(year=year)
    last = min(first.replace(year=year + 1), now) if year == now.year else first.replace(year=year + 1)
    lines = list_lines(open_engine(settings.HOME), keys=person.keys, scope=scope, since=first, until=last)
    totals = sum_up(lines)
    names = unit_names(scope=scope)
    # The statement's period ends with the year's last moment.
    told_until = last if year == now.year else first.replace(month=12, day=31)
    return {
        "person": person,
        "year": year,
        "years": range(now.year, now.year - _MOST_YEARS, -1),
        "statement": write_statement(
            get_template().texts,
            totals=totals,
            language=page_language(),
            period=period_name(first, told_until, page_language()),
        ),
        "total": total_amount(totals),
        "lines": [(line, kind_name(line.kind), names.get(line.unit_id or 0, "")) for line in lines],
        "kinds": KIND_NAMES.items(),
        "units": list_units(scope=visitor_of(request).scope_for(Permission.CUSTOMERS_WORK)),
        "needs_unit": scope.unit_ids is not None,
        "may_enter": visitor_of(request).may(Permission.CUSTOMERS_WORK),
        "form_id": str(uuid.uuid4()),
    }


def _person(request: HttpRequest, customer_id: uuid.UUID) -> Person:
    try:
        return get_person(customer_id, scope=scope_of(request))
    except NotFound as problem:
        raise Http404 from problem


def _year(given: Mapping[str, str], *, now: datetime) -> int:
    text = given.get("year", "")
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else now.year
    return year if now.year - _MOST_YEARS < year <= now.year else now.year


def _new_year(now: datetime) -> datetime:
    return now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)


def _explain(problem: InvalidInput | Conflict) -> str:
    words = {
        "kind": _("Choose what it was."),
        "amount": _("Give the amount as a number, such as 12.50."),
        "points": _("Give the points as a whole number."),
        "note": _("A note has at most 200 characters."),
    }
    field = problem.field if isinstance(problem, InvalidInput) else None
    return words.get(field or "", _("This was entered before."))
