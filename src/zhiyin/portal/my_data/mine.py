"""Page: what is known of the visitor, who looked, and everything that they may do with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhiyin.console.templatetags.shell import page_language
from zhiyin.customers.identifiers.masking import mask_identifier
from zhiyin.customers.identifiers.naming import type_name
from zhiyin.customers.identifiers.sealing import open_identity
from zhiyin.customers.models import Consent, RightsRequest
from zhiyin.customers.rights.consent import later_of
from zhiyin.customers.rights.erasing import HeldBack
from zhiyin.customers.rights.explaining import explain
from zhiyin.customers.rights.holders import Part, Person, Value
from zhiyin.customers.rights.looking import list_looks
from zhiyin.customers.rights.package import make_package, read_parts
from zhiyin.customers.rights.places import requests_of
from zhiyin.customers.rights.purposes import get_purpose, list_purposes
from zhiyin.customers.rights.requests import Ask, complete, open_request
from zhiyin.customers.rights.saying import Statement, current_text, list_consents, record_consent
from zhiyin.customers.rights.sealing import vault
from zhiyin.insight.voice_names import channel_names
from zhiyin.insight.wording import wording
from zhiyin.people.access import actor_of
from zhiyin.people.services.audit import record_event
from zhiyin.portal.my_data.visiting import Visitor, let_out, visitor_of
from zhiyin.portal.my_data.words import column_name, status_name
from zhiyin.portal.pages import customer_page
from zhiyin.portal.queries.sender import company_name
from zhiyin.portal.services.throttle import acting, charge

_SHOWN_ROWS = 20
_SHOWN_COLUMNS: dict[str, tuple[str, ...]] = {
    "feedback": ("occurred_at", "channel", "source", "text", "sentiment"),
    "opinions": ("occurred_at", "aspect_name", "opinion"),
    "replies": ("replied_at", "channel", "text"),
    "purchases": ("ordered_at", "product", "quantity", "amount", "source"),
    "contacts": ("occurred_at", "channel", "source"),
    "cases": ("opened_at", "number", "title"),
    "consents": ("at", "purpose", "channel", "said", "method"),
    "requests": ("received_at", "number", "status"),
    "identities": ("type", "value", "source", "first_seen_at"),
}


@customer_page
def mine(request: HttpRequest) -> HttpResponse:
    """All of it; POST does what `do` says."""
    visitor = visitor_of(request)
    if visitor is None:
        return redirect("my_data")
    if request.method != "POST":
        return _show(request, visitor)
    charge(acting(token=visitor.visit.key), now=timezone.now())
    deed = _DEEDS.get(request.POST.get("do", ""))
    return deed(request, visitor) if deed else _show(request, visitor)


@customer_page
def take(request: HttpRequest) -> HttpResponse:
    """The ZIP with everything; a request of its own, done at once."""
    visitor = visitor_of(request)
    if visitor is None or visitor.customer is None or request.method != "POST":
        return redirect("my_data_mine")
    charge(acting(token=visitor.visit.key), now=timezone.now())
    package = make_package(read_parts(visitor.person()))
    made = _open(request, visitor, kind="copy")
    complete(made.pk, answer="", by=actor_of(request), package=package)
    response = HttpResponse(package, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="my-data-{made.number}.zip"'
    return response


def _open(request: HttpRequest, visitor: Visitor, *, kind: str, words: str = "") -> RightsRequest:
    ask = Ask(
        kind=kind,
        words=words,
        customer=visitor.customer,
        keys=visitor.keys,
        language=get_language() or "zh",
        checked_how=visitor.visit.how,
    )
    return open_request(ask, by=actor_of(request))


def _consent(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    if visitor.customer is None:
        return _show(request, visitor)
    purpose = get_purpose(request.POST.get("purpose", ""))
    statement = Statement(
        purpose=purpose.code, is_given=request.POST.get("say") == "yes", method="portal", source="portal"
    )
    record_consent(
        visitor.customer, statement, by=actor_of(request), key=visitor.visit.key, within=visitor.keys
    )
    return _done(statement.purpose)


def _correct(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    words = request.POST.get("words", "").strip()[:2_000]
    kind = request.POST.get("kind", "correct")
    if not words or kind not in ("correct", "explain", "complain"):
        return _show(request, visitor, wrong=_("Please write a few words."), status=422)
    made = _open(request, visitor, kind=kind, words=words)
    return _done(made.number)


def _delete(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    if visitor.customer is None:
        return _show(request, visitor)
    if request.POST.get("sure") != "on":
        wrong = _("Please tick the box if you are sure. Nothing was deleted.")
        return _show(request, visitor, wrong=wrong, status=422)
    made = _open(request, visitor, kind="delete")
    try:
        made = complete(made.pk, answer="", by=actor_of(request))
    except HeldBack as error:
        return _show(request, visitor, wrong=error.message, status=409)
    response = render(request, "portal/my_data/deleted.html", {"sender": company_name(), "made": made})
    let_out(request, response)
    return response


def _ask_more(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Staff are to find out what else is theirs; the code alone does not prove it. Asked once, not twice."""
    if visitor.customer is None or visitor.visit.identity is None:
        return _show(request, visitor)
    waiting = (one for one in requests_of(visitor.person()) if one.kind == "access" and one.status == "new")
    made = next(waiting, None) or open_request(
        Ask(
            kind="access",
            words=_("Please check what more belongs to me."),
            contact=open_identity(visitor.visit.identity, vault=vault()),
            customer=visitor.customer,
            keys=visitor.keys,
            language=get_language() or "zh",
        ),
        by=actor_of(request),
    )
    return render(request, "portal/my_data/asked.html", {"sender": company_name(), "made": made})


def _leave(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    response = redirect("my_data")
    response.status_code = 303
    let_out(request, response)
    return response


_DEEDS: dict[str, Callable[[HttpRequest, Visitor], HttpResponse]] = {
    "consent": _consent,
    "ask": _correct,
    "delete": _delete,
    "more": _ask_more,
    "leave": _leave,
}


def _done(what: str) -> HttpResponse:
    response = redirect(f"/my-data/mine/?done={what}")
    response.status_code = 303
    return response


def _show(request: HttpRequest, visitor: Visitor, *, wrong: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, object] = {"sender": company_name(), "visitor": visitor, "wrong": wrong}
    if visitor.customer is not None:
        person = visitor.person()
        parts, channels = read_parts(person), channel_names(page_language())
        numbers = [str(row[0]) for part in parts if part.name == "cases" for row in part.rows]
        if request.method == "GET" and not request.GET.get("done"):
            record_event(
                "customer.seen_by_themselves", by=actor_of(request), target=("customer", visitor.customer)
            )
        context |= {
            "tables": [_table(part, channels=channels) for part in parts if part.name != "requests"],
            "looks": list_looks(person, case_numbers=numbers),
            "decisions": explain(person),
            "consents": _stands(person),
            "requests": [(one, status_name(one.status)) for one in requests_of(person)],
        }
    context["done"] = request.GET.get("done", "")[:40]
    return render(request, "portal/my_data/mine.html", context, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    title: str
    n_rows: int
    columns: list[str]
    rows: list[list[Value]]
    n_more: int


def _table(part: Part, *, channels: Mapping[str, str]) -> _Table:
    columns = [name for name in _SHOWN_COLUMNS.get(part.name, part.columns[:5]) if name in part.columns]
    places = [part.columns.index(name) for name in columns]
    rows = [
        [_shown(part, row, place=place, channels=channels) for place in places]
        for row in part.rows[:_SHOWN_ROWS]
    ]
    return _Table(
        title=part.title,
        n_rows=len(part.rows),
        columns=[column_name(name) for name in columns],
        rows=rows,
        n_more=max(0, len(part.rows) - _SHOWN_ROWS),
    )


def _shown(part: Part, row: Sequence[Value], *, place: int, channels: Mapping[str, str]) -> Value:
    """The cell as a person reads it: covered, a day, a name instead of a code."""
    value, name = row[place], part.columns[place]
    if name == "value" and part.name in ("identities", "traits"):
        return mask_identifier(str(row[0]), str(value))
    if name.endswith("_at") or name == "at":
        return str(value or "")[:10]
    if name == "type" and part.name == "identities":
        return type_name(str(value))
    if name == "channel" and value:
        return channels.get(str(value), str(value))
    if name == "sentiment":
        return wording(page_language()).name(str(value))
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stand:
    code: str
    name: str
    text: str
    said: Consent | None
    needs_consent: bool


def _stands(person: Person) -> list[_Stand]:
    language = get_language() or "zh"
    newest: dict[str, Consent] = {}
    for row in list_consents(person.keys):
        newest[row.purpose] = later_of(newest.get(row.purpose), row)
    stands = []
    for purpose in list_purposes():
        if not purpose.is_on:
            continue
        text = current_text(purpose.code)
        words = (text.text_zh if language.startswith("zh") else text.text_en) if text else ""
        stands.append(
            _Stand(
                code=purpose.code,
                name=purpose.name.in_language(language),
                text=words,
                said=newest.get(purpose.code),
                needs_consent=purpose.needs_consent,
            )
        )
    return stands
