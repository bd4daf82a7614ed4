"""Denied by default: what a URL must say before anybody may open it."""

from __future__ import annotations

import base64
import types

import pytest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI

from zhiyin.config import urls as product_urls
from zhiyin.people.access import scope_of
from zhiyin.people.permissions import (
    ROLE_PERMISSIONS,
    KeyScope,
    Permission,
    declare,
    permission_of,
    requires,
    roles_with,
)
from zhiyin.people.queries import get_key
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import deactivate_account
from zhiyin.people.services.keys import create_key, revoke_key


def _answer(request: HttpRequest) -> HttpResponse:
    unit_ids = scope_of(request).unit_ids
    return JsonResponse({"units": sorted(unit_ids) if unit_ids is not None else "all"})


def _make_views() -> list[object]:
    def silent(request: HttpRequest) -> HttpResponse:
        return _answer(request)

    @requires(Permission.FEEDBACK_READ)
    def reading(request: HttpRequest) -> HttpResponse:
        return _answer(request)

    @requires(Permission.FEEDBACK_WRITE)
    @csrf_exempt
    def writing(request: HttpRequest) -> HttpResponse:
        return _answer(request)

    api = NinjaAPI(urls_namespace="test-access", docs_url=None)

    @api.get("thing")
    @requires(Permission.SUMMARY_READ)
    def get_thing(request: HttpRequest) -> dict[str, str]:
        return {"thing": "read"}

    @api.post("thing")
    @requires(Permission.FEEDBACK_WRITE)
    def put_thing(request: HttpRequest) -> dict[str, str]:
        return {"thing": "written"}

    @api.get("forgotten")
    def get_forgotten(request: HttpRequest) -> dict[str, str]:
        return {"thing": "secret"}

    return [
        path("silent/", silent),
        path("reading/", reading),
        path("v1/reading/", reading),
        path("v1/writing/", writing),
        path("v1/ninja/", api.urls),
    ]


@pytest.fixture
def _more_urls(settings, db):
    module = types.ModuleType("more_urls")
    module.urlpatterns = [*product_urls.urlpatterns, path("", include(_make_views()))]
    module.handler403 = product_urls.handler403
    module.handler404 = product_urls.handler404
    settings.ROOT_URLCONF = module


pytestmark = pytest.mark.usefixtures("_more_urls")


def test_a_url_that_says_nothing_opens_to_nobody_not_even_the_owner(client, make_account):
    client.force_login(make_account(role=Role.OWNER))
    assert client.get("/silent/").status_code == 404
    assert client.get("/v1/ninja/forgotten").status_code == 404


def test_a_stranger_is_sent_to_sign_in_and_back(client):
    response = client.get("/reading/?a=1")
    assert response.status_code == 302
    assert response["Location"] == "/sign-in/?next=/reading/%3Fa%3D1"


def test_a_program_without_a_key_is_told_in_problem_details(client):
    response = client.get("/v1/reading/")
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response.json()["code"] == "unauthorized"
    assert response.json()["requestId"] == response["X-Request-ID"]


def test_a_role_without_the_permission_gets_a_friendly_page(client, make_account):
    client.force_login(make_account())
    response = client.get("/reading/")
    assert response.status_code == 403
    assert "您没有权限打开此页" in response.content.decode()


def test_a_view_learns_the_rows_that_its_permission_opens(client, make_account, tree):
    client.force_login(make_account(role=Role.MANAGER, unit=tree.south))
    assert client.get("/reading/").json() == {"units": [tree.south.pk, tree.store_3.pk]}


def test_a_key_opens_what_its_scope_says_and_nothing_else(client, tree):
    secret = create_key("shop", scopes=[KeyScope.FEEDBACK_READ], unit=tree.south)
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/v1/reading/", headers=headers).json()["units"] == [tree.south.pk, tree.store_3.pk]
    assert client.post("/v1/writing/", headers=headers).status_code == 403
    revoke_key(get_key("shop"))
    assert client.get("/v1/reading/", headers=headers).status_code == 401


@pytest.mark.parametrize("header", ["Bearer zk_wrong", "Basic !!", "Basic enhfOg==", "Digest a=b", "Bearer"])
def test_a_wrong_key_is_not_helped_by_a_session(client, make_account, header):
    client.force_login(make_account(role=Role.OWNER))
    assert client.get("/v1/reading/", headers={"Authorization": header}).status_code == 401


def test_a_key_may_come_as_the_user_name_of_basic(client):
    secret = create_key("shop", scopes=[KeyScope.FEEDBACK_READ])
    basic = base64.b64encode(f"{secret}:".encode()).decode()
    assert client.get("/v1/reading/", headers={"Authorization": f"Basic {basic}"}).status_code == 200


def test_a_session_may_read_but_not_write_where_nothing_checks_for_forgery(client, make_account):
    client.force_login(make_account(role=Role.OWNER))
    assert client.get("/v1/writing/").status_code == 200
    assert client.post("/v1/writing/").status_code == 403


def test_each_operation_of_an_api_path_has_its_own_permission(client):
    reader = {"Authorization": f"Bearer {create_key('r', scopes=[KeyScope.SUMMARY_READ])}"}
    writer = {"Authorization": f"Bearer {create_key('w', scopes=[KeyScope.FEEDBACK_WRITE])}"}
    assert client.get("/v1/ninja/thing", headers=reader).json() == {"thing": "read"}
    assert client.post("/v1/ninja/thing", headers=reader).status_code == 403
    assert client.post("/v1/ninja/thing", headers=writer).json() == {"thing": "written"}
    assert client.get("/v1/ninja/thing", headers=writer).status_code == 403
    assert client.delete("/v1/ninja/thing", headers=writer).status_code == 403
    assert client.delete("/v1/ninja/thing", headers=reader).status_code == 405


def test_a_deactivated_account_is_out_at_once(client, make_account):
    make_account("other", role=Role.OWNER)
    account = make_account(role=Role.OWNER)
    client.force_login(account)
    assert client.get("/reading/").status_code == 200
    deactivate_account(account)
    assert client.get("/reading/").status_code == 302


def test_declaring_for_others_leaves_their_own_words_alone():
    patterns = _make_views()
    declare(patterns, permission=Permission.AUDIT_READ)
    by_route = {str(pattern.pattern): pattern for pattern in patterns}
    assert permission_of(by_route["silent/"].callback, method="GET") is Permission.AUDIT_READ
    assert permission_of(by_route["reading/"].callback, method="GET") is Permission.FEEDBACK_READ
    thing, forgotten = (
        next(p for p in by_route["v1/ninja/"].url_patterns if str(p.pattern) == name)
        for name in ("thing", "forgotten")
    )
    assert permission_of(thing.callback, method="POST") is Permission.FEEDBACK_WRITE
    assert permission_of(forgotten.callback, method="GET") is Permission.AUDIT_READ


def test_every_role_and_every_key_scope_stands_in_the_tables():
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert all(scope.permission in Permission for scope in KeyScope)
    assert roles_with(Permission.KEYS_MANAGE) == {Role.OWNER}
    assert roles_with(Permission.AUDIT_READ) == {Role.OWNER, Role.AUDITOR}
    assert Permission.VERBATIM_REVEAL not in ROLE_PERMISSIONS[Role.FRONTLINE]
