"""The page of the rules: change them, see what that would do, put them in force."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.customers.linking.job import KIND
from zhiyin.customers.linking.recomputing import use_rules
from zhiyin.customers.linking.rules import (
    MOST_PEOPLE,
    Rules,
    get_rules,
    list_rules,
    read_rules,
)
from zhiyin.customers.linking.trial import try_rules
from zhiyin.errors import InvalidInput
from zhiyin.listen.services.jobs import start_job
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.INSTALLATION_MANAGE)
def link_rules(request: HttpRequest) -> HttpResponse:
    """The rules in force; of an older version or of a draft that is sent, what it would change."""
    in_force = get_rules()
    refused, rules, trial = "", in_force, None
    try:
        if "version" in request.GET:
            rules = read_rules(_number(request.GET["version"]))
        elif request.method == "POST":
            rules = _draft(request.POST, in_force)
        if rules is not in_force:
            trial = try_rules(rules)
    except (InvalidInput, ValueError):
        refused = _("A limit is a whole number from 1 to %(most)d.") % {"most": MOST_PEOPLE}
    context: dict[str, object] = {
        "rules": rules,
        "types": list(rules.types.items()),
        "sources": ", ".join(rules.untrusted_sources),
        "trial": trial,
        "refused": refused,
        "versions": list_rules(),
        "in_force": in_force.version,
    }
    return render_page(request, "customers/linking/rules.html", context, status=422 if refused else 200)


@require_POST
@requires(Permission.INSTALLATION_MANAGE)
def use_link_rules(request: HttpRequest) -> HttpResponse:
    """Puts the draft in force; what was linked before is judged again in the background."""
    account = visitor_of(request).account
    try:
        rules = use_rules(_draft(request.POST, get_rules()), by=account)
    except (InvalidInput, ValueError):
        tell(request, _("A limit is a whole number from 1 to %(most)d.") % {"most": MOST_PEOPLE}, tone="bad")
        return redirect("link_rules")
    record_event(
        "link_rules.set",
        by=actor_of(request),
        target=("link_rules", rules.version),
        details={"version": rules.version},
    )
    start_job(KIND, by=account)
    tell(request, _("The rules are in force. What was linked before is being judged again."))
    return redirect("link_rules")


def _draft(given: Mapping[str, str], rules: Rules) -> Rules:
    """The rules as the form says; raises InvalidInput or ValueError."""
    types = {
        type_: msgspec.structs.replace(
            rule,
            joins=f"joins-{type_}" in given,
            most_people=_number(given.get(f"most-{type_}", "")),
            most_verified=_number(given.get(f"verified-{type_}", str(rule.most_verified))),
        )
        for type_, rule in rules.types.items()
    }
    sources = [one.strip() for one in given.get("untrusted", "").replace("，", ",").split(",")]
    return msgspec.structs.replace(
        rules,
        types=types,
        claimed_join="claimed" in given,
        untrusted_sources=[one[:200] for one in sources if one][:50],
    )


def _number(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 1_000_000:
        raise InvalidInput("The number is out of range.")
    return number
