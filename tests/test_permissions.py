"""Every URL against every role: what is not declared is closed, what is declared holds."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest
from django.db import connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from starlette.routing import Route

from zhiyin.config.asgi import make_application
from zhiyin.config.wiring import open_intake
from zhiyin.customers.events.http import PATHS as EVENT_PATHS
from zhiyin.customers.events.http import make_events_app
from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.api import open_lake
from zhiyin.listen.http.intake_app import make_intake_app
from zhiyin.listen.http.live_app import LiveApp
from zhiyin.listen.http.status_app import make_status_app
from zhiyin.people.models import Account
from zhiyin.people.permissions import ROLE_PERMISSIONS, KeyScope, Permission, permission_of
from zhiyin.people.roles import ONLY_WITH_UNIT, Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.keys import create_key
from zhiyin.people.services.units import ensure_root

# What strangers may open. A new entry here is a decision: say in the commit why it is safe.
PUBLIC_ROUTES = {
    "api/",
    # Light or dark, in a cookie.
    "theme/",
    "setup/<str:token>/",
    # Sets a password by 192 random bits, once.
    "join/<str:token>/",
    "sign-in/",
    "sign-out/",
    "language/",
    "v1/openapi.json",
    "v1/",
    # Customers speak here and follow what they said: opened by 128 random bits, or by few guesses.
    "speak/",
    "speak/<str:code>/",
    "track/",
    "track/<str:token>/",
    # Answers that somebody reviewed and published for everybody; searches are counted by address.
    "help/",
    "help/<int:article_id>/",
    # What customers said and we did, once somebody published it.
    "said-and-done/",
    # Own data: opened by a code sent to the phone or mailbox, which bears five tries.
    "my-data/",
    "my-data/ask/",
    "my-data/mine/",
    "my-data/take/",
    "my-data/code/<str:handle>/",
    # Whether a proof was signed here, and the public key: tells nothing that the file does not say itself.
    "proof/",
    "proof/key/",
}
# What anybody with an account may open, whatever the role.
SIGNED_IN_ROUTES: set[str] = {
    # Home shows who holds no role whom to ask; its figures need a permission of their own.
    "",
    "palette/",
    "account/",
    "account/password/",
    "account/sessions/",
    # What happened to whoever asks: each view finds the asker's own notices and nobody else's.
    "notices/",
    "notices/read/",
    "notices/mail/",
    "notices/undo/<str:moment>/",
    "notices/<int:notice_id>/",
    "notices/<int:notice_id>/open/",
    # Requests for large files: each view finds the asker's own; what needs more asks for it itself.
    "exports/",
    "exports/ask/",
    "exports/<int:request_id>/withdraw/",
}

# What Starlette answers beside Django. These doors know keys alone, no sessions …
STARLETTE_DOORS = {
    ("POST", "/v1/feedback"): Permission.FEEDBACK_WRITE,
    **{("POST", path): Permission.FEEDBACK_WRITE for path in sorted(EVENT_PATHS)},
    ("GET", "/metrics"): Permission.SUMMARY_READ,
    ("GET", "/healthz"): Permission.PUBLIC,
    ("GET", "/readyz"): Permission.PUBLIC,
}
# … and these know sessions alone, no keys.
SESSION_DOORS = {("GET", "/live/"): Permission.FEEDBACK_READ}

# Answers that let the visitor in, found or not, complete or not; the others shut the door.
_SHUT = {401, 403}
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_SAMPLES = {"int": "1", "str": "x", "slug": "x", "uuid": str(uuid.UUID(int=7)), "path": "x"}


@dataclass(frozen=True, kw_only=True)
class Door:
    """One method of one URL, with the permission that it declares."""

    route: str
    method: str
    permission: Permission | None

    @property
    def path(self) -> str:
        """The route with a sample value in each place."""
        return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda match: _SAMPLES[match[1] or "str"], self.route)


def _patterns(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, route)
        else:
            yield route, pattern


def _doors() -> list[Door]:
    return [
        Door(route=route, method=method, permission=permission_of(pattern.callback, method=method))
        for route, pattern in _patterns(get_resolver().url_patterns)
        for method in _METHODS
    ]


def _routes_with(permission: Permission) -> set[str]:
    return {door.route for door in _doors() if door.permission is permission}


def _is_let_in(client: Client, door: Door, **headers: str) -> bool:
    response = client.generic(door.method, door.path, content_type="application/json", headers=headers)
    is_sent_away = response.status_code == 302 and response["Location"].startswith("/sign-in/")
    return response.status_code not in _SHUT and not is_sent_away


@pytest.fixture
def account_with(db: None) -> Callable[[Role | None], Account]:
    def make(role: Role | None) -> Account:
        account = create_account(f"{role}", password="correct horse battery staple")
        if role is not None:
            grant_role(account, role=role, unit=ensure_root() if role in ONLY_WITH_UNIT else None)
        return account

    return make


def test_every_url_declares_what_it_needs() -> None:
    assert _doors()
    assert [f"{door.method} /{door.route}" for door in _doors() if door.permission is None] == []


def test_only_the_listed_urls_are_open_to_strangers_or_to_all_staff() -> None:
    assert _routes_with(Permission.PUBLIC) == PUBLIC_ROUTES
    assert _routes_with(Permission.SIGNED_IN) == SIGNED_IN_ROUTES


@pytest.mark.django_db
def test_strangers_get_into_public_urls_alone(client: Client) -> None:
    opened = {door for door in _doors() if door.permission is not Permission.PUBLIC} & {
        door for door in _doors() if _is_let_in(client, door)
    }
    assert opened == set()


@pytest.mark.parametrize("role", [*Role, None])
def test_a_role_gets_in_where_its_permissions_say_and_nowhere_else(
    client: Client, account_with: Callable[[Role | None], Account], role: Role | None
) -> None:
    account = account_with(role)
    held = {Permission.SIGNED_IN} | (ROLE_PERMISSIONS[role] if role else set())
    wrong = []
    client.force_login(account)
    for door in _doors():
        if door.permission is Permission.PUBLIC:
            continue
        # A session may not write through the API, which checks no form: that needs a key.
        is_expected = door.permission in held and not (door.route.startswith("v1/") and door.method != "GET")
        is_let_in = _is_let_in(client, door)
        if is_let_in is not is_expected:
            wrong.append(f"{door.method} {door.path} should {'open' if is_expected else 'stay shut'}")
        if is_let_in:
            # Asked anew: one of these doors ends all other sessions of the account.
            client.force_login(Account.objects.get(pk=account.pk))
    assert wrong == []
    # No shut door has ended the session, which would have shut those after it.
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize("scope", KeyScope)
@pytest.mark.django_db
def test_a_key_gets_in_where_its_scope_says_and_nowhere_else(client: Client, scope: KeyScope) -> None:
    secret = create_key("key", scopes=[scope])
    wrong = [
        f"{door.method} {door.path}"
        for door in _doors()
        if door.permission is not Permission.PUBLIC
        and _is_let_in(client, door, Authorization=f"Bearer {secret}") is not (door.permission == scope.value)
    ]
    assert wrong == []


@pytest.mark.django_db
def test_public_pages_are_really_open(client: Client) -> None:
    shut = [
        door.path
        for door in _doors()
        if door.permission is Permission.PUBLIC and door.method == "GET" and not _is_let_in(client, door)
    ]
    assert shut == []


def test_every_door_beside_django_is_listed() -> None:
    home = Home.from_environment()
    apps = [
        make_intake_app(open_intake(home)),
        make_events_app(open_engine(home), origins=[]),
        make_status_app(open_engine(home)),
        LiveApp(open_lake),
    ]
    routes = [route for app in apps for route in app.routes if isinstance(route, Route)]
    assert {
        (method, route.path) for route in routes for method in (route.methods or set()) - {"HEAD"}
    } == set(STARLETTE_DOORS) | set(SESSION_DOORS)


@pytest.mark.parametrize("scope", [*KeyScope, None])
@pytest.mark.django_db(transaction=True)
def test_doors_beside_django_open_to_the_right_key_alone(
    client: Client, account_with: Callable[[Role | None], Account], scope: KeyScope | None
) -> None:
    client.force_login(account_with(Role.OWNER))  # a session must not help
    headers = {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}
    if scope is not None:
        headers["Authorization"] = f"Bearer {create_key('key', scopes=[scope])}"
    statuses = asyncio.run(_statuses(headers, list(STARLETTE_DOORS)))
    opened = {door for door, status in statuses.items() if status not in _SHUT}
    assert opened == {
        door
        for door, permission in STARLETTE_DOORS.items()
        if permission is Permission.PUBLIC or permission == scope
    }


@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.django_db(transaction=True)
def test_doors_of_sessions_beside_django_open_to_the_right_role_alone(
    client: Client, account_with: Callable[[Role | None], Account], role: Role | None
) -> None:
    client.force_login(account_with(role))
    held = ROLE_PERMISSIONS[role] if role else set()
    # A stream has no end to wait for; HEAD is answered as GET is, without it.
    doors = [("HEAD", path) for _, path in SESSION_DOORS]
    statuses = asyncio.run(_statuses({"Cookie": f"sessionid={client.cookies['sessionid'].value}"}, doors))
    assert statuses == {
        ("HEAD", path): 200 if permission in held else 403 for (_, path), permission in SESSION_DOORS.items()
    }


@pytest.mark.django_db(transaction=True)
def test_doors_of_sessions_beside_django_stay_shut_to_strangers_and_keys() -> None:
    headers = {"Authorization": f"Bearer {create_key('key', scopes=list(KeyScope))}"}
    doors = list(SESSION_DOORS)
    for sent in ({}, headers, {"Cookie": "sessionid=guessed"}):
        assert set(asyncio.run(_statuses(sent, doors)).values()) == {401}


async def _statuses(headers: dict[str, str], doors: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
    # One thread, so that its database connection can be closed behind it.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    transport = httpx.ASGITransport(app=make_application())
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
        statuses = {
            (method, path): (await client.request(method, path)).status_code for method, path in doors
        }
    await asyncio.to_thread(connections.close_all)
    return statuses
