"""What changes accounts and their roles."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.errors import AccountExists, AccountNeeded, LastOwner, WeakPassword
from zhiyin.people.models import Account, AccountLink, OrgUnit, RoleGrant
from zhiyin.people.models.accounts import normal_username
from zhiyin.people.objections import collect_objections
from zhiyin.people.roles import NEVER_WITH_UNIT, ONLY_WITH_UNIT, Role
from zhiyin.people.services.audit import record_event


def create_account(
    username: str,
    *,
    password: str | None = None,
    display_name: str = "",
    email: str = "",
    language: str = "zh-hans",
    by: Actor = SYSTEM,
) -> Account:
    """A new account without a role, which cannot sign in as long as `password` is None.

    Raises:
        InvalidInput: the name, e-mail address or language is unusable.
        WeakPassword: the password breaks a rule.
        AccountExists: the name is taken, whatever its case.
    """
    account = Account(
        username=_usable_username(username),
        display_name=one_line(display_name or username, field="display_name"),
        email=usable_email(email),
        language=known_language(language),
    )
    give_password(account, password)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
            record_event("account.created", by=by, target=("account", account.pk))
    except IntegrityError:
        raise AccountExists(
            "An account of this name exists.", next_step="Choose another sign-in name."
        ) from None
    return account


def set_password(account: Account, *, password: str, by: Actor = SYSTEM) -> None:
    """Replace the password; every session of the account ends.

    Raises:
        WeakPassword: the password breaks a rule.
    """
    give_password(account, password)
    with transaction.atomic():
        account.save(update_fields=["password"])
        record_event("account.password_set", by=by, target=("account", account.pk))


def set_language(account: Account, *, language: str) -> None:
    """Remember the language in which the account reads."""
    account.language = known_language(language)
    account.save(update_fields=["language"])


def grant_role(account: Account, *, role: Role, unit: OrgUnit | None = None, by: Actor = SYSTEM) -> RoleGrant:
    """The grant, new or as it stood.

    Raises:
        InvalidInput: the role needs a unit, or never has one.
    """
    if unit is None and role in ONLY_WITH_UNIT:
        raise InvalidInput(
            f"The role {role} needs an org unit.",
            next_step="Name one; the company itself is one.",
            field="unit",
        )
    if unit is not None and role in NEVER_WITH_UNIT:
        raise InvalidInput(
            f"The role {role} is for the whole installation.", next_step="Leave the unit out.", field="unit"
        )
    with transaction.atomic():
        grant, is_new = RoleGrant.objects.get_or_create(account=account, role=role.value, unit=unit)
        if is_new:
            record_event(
                "role.granted",
                by=by,
                target=("account", account.pk),
                details={"role": role, "unit": unit.pk if unit else ""},
            )
    return grant


def revoke_role(account: Account, *, role: Role, unit: OrgUnit | None = None, by: Actor = SYSTEM) -> bool:
    """Whether there was such a grant to take away.

    Raises:
        LastOwner: nobody active would be an owner any more.
    """
    with transaction.atomic():
        if role is Role.OWNER:
            _keep_an_owner(without=account)
        n_deleted, _ = RoleGrant.objects.filter(account=account, role=role.value, unit=unit).delete()
        if n_deleted:
            record_event(
                "role.revoked",
                by=by,
                target=("account", account.pk),
                details={"role": role, "unit": unit.pk if unit else ""},
            )
    return bool(n_deleted)


def deactivate_account(account: Account, *, by: Actor = SYSTEM) -> None:
    """Shut the account out at once: sessions and one-time links end for good; what it did stays.

    Raises:
        LastOwner: nobody active would be an owner any more. AccountNeeded: it has work left.
    """
    with transaction.atomic():
        _keep_an_owner(without=account)
        if found := collect_objections(account):
            raise AccountNeeded(found)
        account.is_active = False
        account.session_stamp = new_session_stamp()
        account.save(update_fields=["is_active", "session_stamp"])
        AccountLink.objects.filter(account=account, used_at__isnull=True).delete()
        record_event("account.deactivated", by=by, target=("account", account.pk))


def reactivate_account(account: Account, *, by: Actor = SYSTEM) -> None:
    """Let the account in again, with the roles that it held. Twice does no harm."""
    with transaction.atomic():
        if Account.objects.filter(pk=account.pk, is_active=False).update(is_active=True):
            record_event("account.reactivated", by=by, target=("account", account.pk))
    account.refresh_from_db()


def new_session_stamp() -> str:
    """A stamp that no session carries yet, which ends them all."""
    return secrets.token_hex(16)


def _keep_an_owner(*, without: Account) -> None:
    # The lock on all owners' grants makes two owners who remove each other wait for one another.
    owners = RoleGrant.objects.select_for_update().filter(role=Role.OWNER.value)
    holders = set(owners.values_list("account_id", flat=True))
    if (
        without.pk in holders
        and not Account.objects.filter(pk__in=holders - {without.pk}, is_active=True).exists()
    ):
        raise LastOwner


def give_password(account: Account, password: str | None) -> None:
    """Set it without saving, None for no password; raises `WeakPassword`."""
    if password is None:
        account.set_unusable_password()
        return
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise WeakPassword(list(error.messages)) from None
    account.set_password(password)


def _usable_username(username: str) -> str:
    name = one_line(normal_username(username), field="username")
    if not name:
        raise InvalidInput("A sign-in name is missing.", next_step="Give one.", field="username")
    return name


def one_line(text: str, *, field: str) -> str:
    """The text without outer spaces; raises `InvalidInput` where it does not fit one line."""
    text = text.strip()
    if len(text) > 150 or not text.isprintable():
        raise InvalidInput(
            f"The {field.replace('_', ' ')} has over 150 characters, or some that cannot be printed.",
            next_step="Shorten it.",
            field=field,
        )
    return text


def usable_email(email: str) -> str:
    """The address as given, or empty; raises `InvalidInput`."""
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise InvalidInput(
                "This is not an e-mail address.", next_step="Correct it or leave it out.", field="email"
            ) from None
    return email


def known_language(language: str) -> str:
    """The code as given; raises `InvalidInput`."""
    known = [code for code, _ in settings.LANGUAGES]
    if language not in known:
        raise InvalidInput(
            f"The language is none of {', '.join(known)}.", next_step="Choose one.", field="language"
        )
    return language
