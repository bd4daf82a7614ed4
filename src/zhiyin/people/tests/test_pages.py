"""Setting up, signing in and out, the language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from zhiyin.people.errors import TooManyAttempts, WrongCredentials
from zhiyin.people.models import Account, AuditEvent, SignInAttempt
from zhiyin.people.queries import get_scope, verify_audit_chain
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.setup import create_setup_token
from zhiyin.people.services.sign_in import check_credentials
from zhiyin.people.services.throttle import ADDRESS_LIMIT, PAIR_LIMIT, WINDOW, charge_attempt
from zhiyin.people.services.units import ensure_root

PASSWORD = "correct horse battery staple"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWNER = {
    "company": "好茶",
    "username": "li",
    "password": PASSWORD,
    "password_again": PASSWORD,
    "language": "en",
    "time_zone": "Asia/Tokyo",
}


@pytest.mark.django_db
def test_the_link_sets_up_and_signs_in_once(client):
    link = f"/setup/{create_setup_token()}/"
    assert client.get(link).status_code == 200
    assert client.get(link)["Cache-Control"].startswith("max-age=0")
    assert client.post(link, OWNER)["Location"] == "/"
    response = client.get("/account/")
    assert response.context["user"].username == "li"
    assert get_scope(response.context["user"]) == EVERYTHING
    assert 'lang="en"' in response.content.decode()
    assert (ensure_root().name, ensure_root().time_zone) == ("好茶", "Asia/Tokyo")
    again = Client().post(link, OWNER | {"username": "wu"})
    assert again.status_code == 404
    assert "链接已失效" in again.content.decode()
    assert Account.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"company": ""},
        {"company": "a\nb\x00"},
        {"username": "\u202e"},
        {"password": "short", "password_again": "short"},
        {"password_again": "something else"},
        {"language": "xx"},
        {"time_zone": "Mars/Olympus"},
        {"password": "x" * 201, "password_again": "x" * 201},
    ],
)
@pytest.mark.django_db
def test_a_mistake_is_shown_and_the_link_stays_good(client, wrong):
    link = f"/setup/{create_setup_token()}/"
    response = client.post(link, OWNER | wrong)
    assert response.status_code == 422
    assert response.context["form"].errors
    assert not Account.objects.exists()
    assert client.post(link, OWNER).status_code == 302


@pytest.mark.django_db
def test_an_unknown_link_is_spent(client):
    assert client.get("/setup/unknown/").status_code == 404


@pytest.mark.django_db
def test_while_nobody_owns_the_installation_signing_in_says_where_the_link_is(client):
    assert "知音还没有所有者" in client.get("/sign-in/").content.decode()
    client.post(f"/setup/{create_setup_token()}/", OWNER)
    page = Client().get("/sign-in/").content.decode()
    assert "知音还没有所有者" not in page
    assert "忘记密码" in page


def test_who_signs_in_goes_where_they_wanted_but_never_elsewhere(client, make_account):
    make_account("li")
    right = {"username": "LI", "password": PASSWORD}
    for wanted, to in [
        ("/healthz", "/healthz"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ]:
        assert client.post("/sign-in/", right | {"next": wanted})["Location"] == to


def test_signing_in_renews_the_session_and_signing_out_ends_it(client, make_account):
    make_account("li")
    response = client.post("/sign-in/", {"username": "li", "password": PASSWORD})
    cookie = response.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.get("/account/").context["user"].is_authenticated
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/account/").status_code == 302
    actions = list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))
    assert actions[-2:] == ["session.opened", "session.closed"]


def test_a_wrong_password_tells_nothing_and_is_audited(client, make_account):
    make_account("li")
    known = client.post("/sign-in/", {"username": "li", "password": "wrong"})
    unknown = client.post("/sign-in/", {"username": "nobody", "password": "wrong"})
    assert known.status_code == unknown.status_code == 401
    assert known.context["form"].errors == unknown.context["form"].errors
    assert AuditEvent.objects.filter(action="session.refused", outcome="refused").count() == 2
    assert verify_audit_chain().is_intact


def test_signing_in_clears_sessions_away_that_have_run_out(client, make_account):
    make_account("li")
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=1))
    client.post("/sign-in/", {"username": "li", "password": PASSWORD})
    assert not Session.objects.filter(session_key="old").exists()
    assert Session.objects.count() == 1


def test_a_form_of_another_site_is_refused(make_account):
    make_account("li")
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/sign-in/", {"username": "li", "password": PASSWORD})
    assert response.status_code == 403
    assert "表单已过期" in response.content.decode()


def test_guessing_is_held_back_for_a_quarter_of_an_hour(make_account):
    make_account("li")

    def attempt(password: str, *, at: datetime = NOW, address: str = "192.0.2.1") -> None:
        check_credentials("li", password=password, address=address, now=at)

    for _ in range(PAIR_LIMIT):
        with pytest.raises(WrongCredentials):
            attempt("wrong")
    with pytest.raises(TooManyAttempts) as caught:
        attempt(PASSWORD)
    assert caught.value.wait_seconds == WINDOW.total_seconds()
    attempt(PASSWORD, address="192.0.2.2")  # the owner, elsewhere, is not locked out
    attempt(PASSWORD, at=NOW + WINDOW)


def test_one_address_cannot_try_many_names(db):
    for n in range(ADDRESS_LIMIT):
        charge_attempt(username=f"u{n}", address="192.0.2.1", now=NOW)
    with pytest.raises(TooManyAttempts):
        check_credentials("another", password="wrong", address="192.0.2.1", now=NOW)


def test_a_right_password_forgives_earlier_slips(make_account):
    make_account("li")
    for _ in range(3):
        for _ in range(PAIR_LIMIT - 1):
            with pytest.raises(WrongCredentials):
                check_credentials("li", password="wrong", address="192.0.2.1", now=NOW)
        check_credentials("li", password=PASSWORD, address="192.0.2.1", now=NOW)


def test_throttling_keeps_no_name_and_no_address(make_account):
    make_account("li")
    with pytest.raises(WrongCredentials):
        check_credentials("li", password="wrong", address="192.0.2.1", now=NOW)
    stored = repr(list(SignInAttempt.objects.values_list("key", flat=True)))
    assert "li" not in stored.replace("list", "")
    assert "192.0.2.1" not in stored
    check_credentials("li", password=PASSWORD, address="192.0.2.9", now=NOW + timedelta(hours=1))
    assert SignInAttempt.objects.filter(window_started_at=NOW).count() <= 1


def test_the_page_says_how_long_to_wait(client, make_account):
    make_account("li")
    for _ in range(PAIR_LIMIT):
        client.post("/sign-in/", {"username": "li", "password": "wrong"})
    response = client.post("/sign-in/", {"username": "li", "password": PASSWORD})
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= WINDOW.total_seconds()
    assert "15 分钟后再试" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_counted_one_by_one(run_in_threads, make_account):
    make_account("li")

    def work(results: list[object]) -> None:
        try:
            check_credentials("li", password="wrong", address="192.0.2.1", now=NOW)
        except WrongCredentials:
            results.append("tried")
        except TooManyAttempts:
            results.append("held back")

    assert run_in_threads(work, n=PAIR_LIMIT + 3).count("tried") == PAIR_LIMIT


def test_the_language_is_remembered_in_the_account(client, make_account):
    account = make_account("li")
    client.force_login(account)
    client.post("/language/", {"language": "en", "next": "/"})
    account.refresh_from_db()
    assert account.language == "en"
    assert "Sign out" in client.get("/account/").content.decode()
    assert client.post("/language/", {"language": "xx", "next": "https://evil.example/"})["Location"] == "/"
    account.refresh_from_db()
    assert account.language == "en"
