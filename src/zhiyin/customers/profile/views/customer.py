"""The page of one customer: words for staff, the whole story, the portrait."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhiyin.console.pages import render_page
from zhiyin.customers.profile.birthdays import find_birthday
from zhiyin.customers.profile.index import count_months
from zhiyin.customers.profile.panels import draw_panels
from zhiyin.customers.profile.person import Person, facts_scope, get_person
from zhiyin.customers.profile.portrait import draw_portrait
from zhiyin.customers.profile.portrait_facts import read_facts
from zhiyin.customers.profile.portrait_page import make_portrait_page
from zhiyin.customers.profile.ranks import find_ranks
from zhiyin.customers.profile.relations import list_relations
from zhiyin.customers.profile.sources.promises import list_promises
from zhiyin.customers.profile.star_sources import list_all_stars
from zhiyin.customers.profile.story import page_zone, read_state, read_story
from zhiyin.customers.profile.timeline import TimelineAsk
from zhiyin.customers.profile.word_facts import read_word_facts
from zhiyin.customers.profile.words import tell_staff
from zhiyin.engine import open_engine
from zhiyin.errors import NotFound
from zhiyin.people.access import scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires

_LATELY = timedelta(days=90)
_N_PROMISES = 5


@require_safe
@requires(Permission.CUSTOMERS_READ)
def customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """One customer. An id that was merged away leads on to the customer that it is part of now."""
    person = find_person(request, customer_id)
    if person.customer != customer_id:
        query = request.GET.urlencode()
        return redirect(f"{reverse('customer', args=[person.customer])}{'?' if query else ''}{query}")
    return render_customer(request, person)


@require_safe
@requires(Permission.CUSTOMERS_READ)
def customer_portrait(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """The portrait, which the page fetches after itself."""
    person = find_person(request, customer_id)
    scope = facts_scope(visitor_of(request).scope_for)
    now = timezone.now()
    facts = read_facts(person.keys, scope=scope, lately=now - _LATELY)
    visitor = visitor_of(request)
    stars = list_all_stars(person.keys, scope=scope, scope_for=visitor.scope_for, may=visitor.may)
    portrait = draw_portrait(facts, stars=stars, now=now, zone=page_zone())
    engine, may_know = open_engine(settings.HOME), visitor_of(request).may(Permission.CUSTOMERS_REVEAL)
    page = make_portrait_page(
        portrait,
        ranks=find_ranks(engine, customer=person.customer, scope=scope),
        keys=person.keys,
        scope=scope,
        now=now,
        birthday=find_birthday(person.identities, vault=engine.vault) if may_know else None,
    )
    context = {"person": person, "portrait": portrait, "page": page}
    parts = {"customer-portrait": "customers/profile/_portrait.html"}
    return render_page(request, "customers/profile/portrait.html", context, parts=parts)


@require_safe
@requires(Permission.CUSTOMERS_READ)
def customer_words(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """What staff should know first, which the page fetches after itself."""
    person = find_person(request, customer_id)
    visitor = visitor_of(request)
    scope = facts_scope(visitor.scope_for)
    now = timezone.now()
    ask = TimelineAsk(keys=person.keys, customer=person.customer, scope=scope, limit=_N_PROMISES)
    words = tell_staff(
        person,
        known=read_word_facts(person.keys, scope=scope, lately=now - _LATELY),
        promises=list_promises(ask),
        stars=list_all_stars(person.keys, scope=scope, scope_for=visitor.scope_for, may=visitor.may),
        scope_for=visitor.scope_for,
        may=visitor.may,
        now=now,
    )
    context = {"person": person, "words": words}
    parts = {"staff-words": "customers/profile/_words.html"}
    return render_page(request, "customers/profile/words.html", context, parts=parts)


@require_safe
@requires(Permission.CUSTOMERS_READ)
def customer_panels(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """What other parts and rooms know of the customer, which the page fetches after itself."""
    person = find_person(request, customer_id)
    context = {"person": person, "panels": draw_panels(request, person)}
    parts = {"customer-panels": "customers/profile/_panels.html"}
    return render_page(request, "customers/profile/panels.html", context, parts=parts)


def find_person(request: HttpRequest, customer_id: UUID) -> Person:
    """The customer; 404 for what is not there or not for the asker."""
    try:
        return get_person(customer_id, scope=scope_of(request))
    except NotFound:
        raise Http404 from None


def render_customer(
    request: HttpRequest, person: Person, *, refused: str = "", tried: str = "", status: int = 200
) -> HttpResponse:
    """The page; `refused` says why what was tried (`star`, `relation`) was not done."""
    visitor = visitor_of(request)
    scope = facts_scope(visitor.scope_for)
    state = read_state(request)
    context: dict[str, object] = {
        "person": person,
        "story": read_story(request, person, state=state),
        "refused": refused,
        "tried": tried,
        "given": request.POST if refused else {},
        "shareable": reverse("customer", args=[person.customer]),
    }
    parts = {"story": "customers/profile/_story.html", "story-more": "customers/profile/_lines.html"}
    if request.headers.get("HX-Target") not in parts:
        context |= {
            "months": count_months(person.keys, scope=scope, zone=page_zone()),
            "relations": list_relations(person, scope=visitor.scope_for(Permission.CUSTOMERS_READ)),
        }
    return render_page(request, "customers/profile/customer.html", context, parts=parts, status=status)
