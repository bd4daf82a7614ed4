"""Pages: the keys by which other systems speak to the API."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.forms.fields import give_scope
from zhiyin.people.forms.keys import KeyForm
from zhiyin.people.models import ApiKey
from zhiyin.people.permissions import KeyScope, Permission, requires
from zhiyin.people.problem_words import problem_words
from zhiyin.people.queries.keys import ListedKey, list_keys
from zhiyin.people.role_words import scope_words
from zhiyin.people.services.audit import record_event
from zhiyin.people.services.keys import create_key, revoke_key
from zhiyin.people.views.accounts.directory import require_whole_company

_STATES = ("in_use", "expired", "revoked")


@requires(Permission.KEYS_MANAGE)
def manage_keys(request: HttpRequest) -> HttpResponse:
    """Every key with what it may do, until when, and when it was last used."""
    require_whole_company(request)
    now, words = timezone.now(), request.GET.get("words", "")[:64].strip().casefold()
    state = request.GET.get("state", "in_use")
    every = [_row(key, now=now) for key in list_keys()]
    rows = [
        row
        for row in every
        if (state not in _STATES or row["state"] == state)
        and (not words or words in f"{row['name']} {row['source']} {row['prefix']}".casefold())
    ]
    counts = [(known, sum(row["state"] == known for row in every)) for known in _STATES]
    n_in_use = counts[0][1]
    context = {
        "rows": rows,
        "state": state,
        "words": words,
        "counts": [(known, state_words(known), n) for known, n in counts],
        "n_keys": len(every),
        "lead": ngettext("%(n)d key is in use.", "%(n)d keys are in use.", n_in_use) % {"n": n_in_use},
    }
    return render_page(request, "people/keys.html", context, parts={"key-list": "people/_key_list.html"})


@requires(Permission.KEYS_MANAGE)
@never_cache
def new_key(request: HttpRequest) -> HttpResponseBase:
    """A form for a key; then, once, its secret."""
    require_whole_company(request)
    form = KeyForm(request.POST or None)
    give_scope(form, scope_of(request))
    status = 200
    if request.method == "POST":
        if form.is_valid():
            secret = _make(request, form)
            if secret is not None:
                return _show_secret(request, secret, name=form.cleaned_data["name"])
        status = 422
    return render_page(request, "people/key_new.html", {"form": form}, status=status)


@requires(Permission.KEYS_MANAGE)
def revoke(request: HttpRequest, key_id: int) -> HttpResponseBase:
    """Say what revoking means; then do it. There is no way back, so it is asked."""
    require_whole_company(request)
    key = ApiKey.objects.select_related("unit").filter(pk=key_id, revoked_at__isnull=True).first()
    if key is None:
        raise Http404
    if request.method == "POST":
        revoke_key(key, by=actor_of(request))
        tell(request, _("The key %(name)s no longer works.") % {"name": key.name})
        return redirect("manage_keys")
    return render_page(request, "people/key_revoke.html", {"key": key, "deeds": _deeds(key.scopes)})


@requires(Permission.KEYS_MANAGE)
def export_keys(request: HttpRequest) -> HttpResponseBase:
    """Every key, a line each, without anything that opens a door."""
    require_whole_company(request)
    now, keys = timezone.now(), list_keys()
    record_event("key.exported", by=actor_of(request), details={"rows": len(keys)})
    columns = [
        _("Key name"), _("Begins with"), _("Sending system"), _("What it may do"), _("Only for"),
        _("Requests a minute"), _("State"), _("Created"), _("Expires"), _("Last used"),
    ]  # fmt: skip
    rows = (
        (
            key.name, key.prefix, key.source, "; ".join(map(str, _deeds(key.scopes))), key.unit or "",
            key.limit_per_minute, str(state_words(_state(key, now=now))), key.created_at, key.expires_at,
            key.last_used_on.isoformat() if key.last_used_on else "",
        )
        for key in keys
    )  # fmt: skip
    form = wanted_format(request.GET.get("format", ""))
    return stream_table(request, name=_("API keys"), columns=columns, rows=rows, form=form, n_rows=len(keys))


def state_words(state: str) -> str:
    """Whether a key works, in a word or two."""
    return {"in_use": _("In use"), "expired": _("Expired"), "revoked": _("Revoked")}[state]


def _row(key: ListedKey, *, now: datetime) -> dict[str, object]:
    state = _state(key, now=now)
    return {
        "id": key.id,
        "name": key.name,
        "prefix": key.prefix,
        "source": key.source,
        "deeds": _deeds(key.scopes),
        "unit": key.unit,
        "limit_per_minute": key.limit_per_minute,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "is_ending": state == "in_use" and (key.expires_at - now).days < 30,
        "last_used_on": key.last_used_on,
        "state": state,
        "state_words": state_words(state),
    }


def _state(key: ListedKey, *, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at <= now else "in_use"


def _deeds(scopes: list[str]) -> list[str]:
    return [str(scope_words(scope)) for scope in scopes]


def _make(request: HttpRequest, form: KeyForm) -> str | None:
    """The secret, or None with the reason in the form."""
    given = form.cleaned_data
    try:
        return create_key(
            given["name"],
            scopes=[KeyScope(scope) for scope in given["scopes"]],
            unit=given["unit"],
            limit_per_minute=given["limit_per_minute"],
            valid_days=given["valid_days"],
            by=actor_of(request),
        )
    except ZhiyinError as error:
        field = error.field if isinstance(error, InvalidInput) else "name"
        form.add_error(field if field in form.fields else None, problem_words(error))
        return None


def _show_secret(request: HttpRequest, secret: str, *, name: str) -> HttpResponse:
    context = {"secret": secret, "name": name, "address": request.build_absolute_uri("/v1/feedback")}
    response = render_page(request, "people/key_made.html", context)
    response["Cache-Control"] = "no-store"
    return response
