"""The page of the keys: what each has sealed, a new one, everything moved to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.customers.identifiers.places import place_name
from zhiyin.customers.identifiers.resealing import KIND
from zhiyin.listen.services.jobs import start_job
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event
from zhiyin.people.services.encryption import KeysState, read_keys_state, rotate_keys
from zhiyin.people.views.posts import takes_form_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One line of the table."""

    name: str
    n_newest: int
    n_old: int
    expires: bool


@requires(Permission.INSTALLATION_MANAGE)
def show_keys(request: HttpRequest) -> HttpResponse:
    """The keys and how much each has sealed, place by place."""
    state = read_keys_state()
    context = {
        "state": state,
        "places": _places(state),
        "n_all": sum(key.n_tokens for key in state.keys),
        "n_lost": sum(state.lost.values()),
    }
    return render_page(request, "customers/identifiers/keys.html", context)


@requires(Permission.INSTALLATION_MANAGE)
def export_keys(request: HttpRequest) -> StreamingHttpResponse:
    """The table as a file: places, keys, numbers; nothing of what is sealed."""
    state = read_keys_state()
    rows = [
        (place_name(store.name), store.name, version, n_tokens)
        for store in state.stores
        for version, n_tokens in sorted(store.n_by_version.items())
    ]
    columns = [_("Where it lies"), _("Stored in"), _("Key"), _("Sealed items")]
    form = wanted_format(request.GET.get("format", ""))
    return stream_table(request, name="encryption", columns=columns, rows=rows, form=form, n_rows=len(rows))


@requires(Permission.INSTALLATION_MANAGE)
@takes_form_of("encryption")
def make_key(request: HttpRequest) -> HttpResponse:
    """A new key, which seals from now on."""
    version = rotate_keys(by=actor_of(request))
    tell(
        request, _("Key %(version)d seals from now on. What is older stays readable.") % {"version": version}
    )
    return redirect("encryption")


@requires(Permission.INSTALLATION_MANAGE)
@takes_form_of("encryption")
def seal_anew(request: HttpRequest) -> HttpResponse:
    """The job that moves everything to the newest key."""
    with transaction.atomic():
        job = start_job(KIND, by=visitor_of(request).account)
        record_event("encryption.moving_begun", by=actor_of(request), target=("job", job.pk))
    tell(request, _("Begun. It goes on in the background and may be stopped at any time."))
    return redirect("jobs")


def _places(state: KeysState) -> Sequence[Place]:
    """Those that hold something, the fullest first."""
    places = [
        Place(
            name=place_name(store.name),
            n_newest=store.n_by_version.get(state.newest, 0),
            n_old=sum(n for version, n in store.n_by_version.items() if version != state.newest),
            expires=store.expires,
        )
        for store in state.stores
    ]
    filled = [place for place in places if place.n_newest or place.n_old]
    return sorted(filled, key=lambda place: (-place.n_newest - place.n_old, place.name))
