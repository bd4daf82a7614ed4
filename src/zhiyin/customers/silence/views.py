"""The pages of silence: who is overdue, how far the forecast holds, and lists to invite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.customers.rights.purposes import CHANNELS, list_purposes
from zhiyin.customers.rollup import connect_rollup
from zhiyin.customers.rollup.folder import find_making
from zhiyin.customers.silence.charts import calibration_chart
from zhiyin.customers.silence.exports import SILENT_COLUMNS, silent_rows
from zhiyin.customers.silence.fitting import Fit, find_fit, fit_silence
from zhiyin.customers.silence.invitations import list_lists
from zhiyin.customers.silence.naming import CHANNEL_NAMES, KIND_NAMES, PROBLEMS, REASON_NAMES
from zhiyin.customers.silence.page import (
    Asked,
    day_name,
    is_behind,
    list_choices,
    list_own_units,
    make_lines,
    read_asked,
    today,
    unit_label,
)
from zhiyin.customers.silence.queries import (
    PAGE_SIZE,
    SilentCustomer,
    SpeakingUnit,
    count_kinds,
    list_silent,
    list_speaking,
)
from zhiyin.customers.silence.table import connect_silence
from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries.units import unit_names
from zhiyin.people.services.audit import record_event

# So many customers are learned from while the page waits, if nothing was learned before.
_MOST_AT_ONCE = 50_000
_MOST_EXPORTED = 1_000_000
_SPEAKING_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    number: int
    n_pages: int

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.n_pages


@require_safe
@requires(Permission.CUSTOMERS_READ)
def silent_customers(request: HttpRequest) -> HttpResponse:
    """Who has fallen silent, the most overdue first; beside it who never spoke."""
    asked = read_asked(request)
    fit = _ensure_fit()
    context: dict[str, object] = {
        "asked": asked,
        "choices": list_choices(request, asked=asked),
        "units": list_own_units(request),
        "kind_name": KIND_NAMES[asked.kind],
        "may_export": visitor_of(request).may(Permission.CUSTOMERS_EXPORT),
    }
    if fit is not None:
        context |= _found(asked, fit=fit)
    if context["may_export"]:
        context["lists"] = list_lists(scope=scope_of(request))[:10]
        context["purposes"] = [one for one in list_purposes() if one.is_on]
        context["channels"] = [(code, CHANNEL_NAMES.get(code, code)) for code in CHANNELS]
    return render_page(request, "customers/silence/silent.html", context)


@require_safe
@requires(Permission.CUSTOMERS_READ)
def speaking_share(request: HttpRequest) -> HttpResponse:
    """How many of the customers speak at all, by unit."""
    asked = read_asked(request)
    names = unit_names(scope=scope_of(request))
    with connect_rollup(open_engine(settings.HOME), scope=asked.scope) as connection:
        whole, units = list_speaking(connection, now=timezone.now(), days=_SPEAKING_DAYS)
    context = {
        "asked": asked,
        "units": list_own_units(request),
        "whole": whole,
        "n_quiet": whole.n_customers - _n_spoke(whole),
        "lines": [(unit_label(names, one.unit_id), one) for one in units],
    }
    return render_page(request, "customers/silence/speaking.html", context)


@require_safe
@requires(Permission.CUSTOMERS_READ)
def silence_model(request: HttpRequest) -> HttpResponse:
    """How the rhythm was learned, its formula, and what the back-test says."""
    fit = find_fit()
    context: dict[str, object] = {"fit": fit}
    if fit is not None:
        context |= {
            "usual_days": fit.rhythm.usual_days,
            "last_day": day_name(fit.last_day),
            "problem": PROBLEMS.get(fit.problem, ""),
            "coefficients": [(REASON_NAMES[one.reason], one) for one in fit.coefficients],
        }
        if fit.back_test is not None:
            context["cut_day"] = day_name(fit.back_test.cut_day)
            context["chart"] = calibration_chart(fit.back_test)
    return render_page(request, "customers/silence/model.html", context)


@require_safe
@requires(Permission.CUSTOMERS_EXPORT)
def export_silent(request: HttpRequest) -> HttpResponseBase:
    """The list as a file, customers by their pseudonyms."""
    asked = read_asked(request)
    fit = find_fit()
    found: list[SilentCustomer] = []
    if fit is not None:
        with connect_silence(open_engine(settings.HOME), scope=asked.scope, fit=fit) as connection:
            found = list_silent(
                connection, kind=asked.kind, least=asked.least, sort=asked.sort, limit=_MOST_EXPORTED
            )
    sent = stream_table(
        request,
        name="zhiyin-silent-customers",
        columns=[str(name) for name in SILENT_COLUMNS],
        rows=silent_rows(found),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(found),
    )
    record_event("silent_customers.exported", by=actor_of(request), details={"rows": len(found)})
    return sent


def _ensure_fit() -> Fit | None:
    """What was learned; learned now where nothing was and it is quick."""
    fit = find_fit()
    if fit is not None:
        return fit
    engine = open_engine(settings.HOME)
    making = find_making(engine.home)
    if making is None or not 0 < making.n_customers <= _MOST_AT_ONCE:
        return None
    try:
        fit_silence(engine)
    except InvalidInput:
        return None
    return find_fit()


def _found(asked: Asked, *, fit: Fit) -> Mapping[str, object]:
    with connect_silence(open_engine(settings.HOME), scope=asked.scope, fit=fit) as connection:
        counts = count_kinds(connection, least=asked.least)
        n = counts.of_kind[asked.kind]
        n_pages = max(1, -(-n // PAGE_SIZE))
        number = min(asked.number, n_pages)
        found = list_silent(
            connection,
            kind=asked.kind,
            least=asked.least,
            sort=asked.sort,
            offset=(number - 1) * PAGE_SIZE,
        )
    return {
        "fit": fit,
        "counts": counts,
        "share": counts.share("overdue"),
        "n_of_kind": n,
        "page": _Page(number=number, n_pages=n_pages),
        "lines": make_lines(found),
        "is_behind": is_behind(fit.last_day, now_day=today()),
        "last_day": day_name(fit.last_day),
    }


def _n_spoke(unit: SpeakingUnit) -> int:
    return round((unit.spoke.value or 0.0) * unit.n_customers)
