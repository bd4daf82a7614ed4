"""What people change about accounts: names, the own password, sessions elsewhere."""

from __future__ import annotations

from django.db import transaction

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.models import Account
from zhiyin.people.services.accounts import (
    give_password,
    known_language,
    new_session_stamp,
    one_line,
    usable_email,
)
from zhiyin.people.services.audit import record_event


def change_profile(
    account: Account, *, display_name: str, email: str, language: str, by: Actor = SYSTEM
) -> bool:
    """Whether anything was different; the sign-in name shows where the display name is empty.

    Raises:
        InvalidInput: the name, e-mail address or language is unusable.
    """
    wanted = {
        "display_name": one_line(display_name or account.username, field="display_name"),
        "email": usable_email(email),
        "language": known_language(language),
    }
    different = [name for name, value in wanted.items() if getattr(account, name) != value]
    if not different:
        return False
    for name in different:
        setattr(account, name, wanted[name])
    with transaction.atomic():
        account.save(update_fields=different)
        # Names of fields alone: what stands in them is about a person.
        record_event(
            "account.changed",
            by=by,
            target=("account", account.pk),
            details={"fields": " ".join(different)},
        )
    return True


def change_own_password(account: Account, *, current: str, new: str, by: Actor) -> None:
    """Replace the password of who knows the current one; every session ends.

    Raises:
        InvalidInput: the current password is wrong.
        WeakPassword: the new one breaks a rule.
    """
    if not account.check_password(current):
        record_event("account.password_set", by=by, target=("account", account.pk), outcome="refused")
        raise InvalidInput("The current password is wrong.", next_step="Type it again.", field="current")
    give_password(account, new)
    account.session_stamp = new_session_stamp()
    with transaction.atomic():
        account.save(update_fields=["password", "session_stamp"])
        record_event("account.password_set", by=by, target=("account", account.pk))


def end_sessions(account: Account, *, by: Actor) -> None:
    """Sign the account out everywhere; whoever asks from a session of it keeps that by signing in anew."""
    account.session_stamp = new_session_stamp()
    with transaction.atomic():
        account.save(update_fields=["session_stamp"])
        record_event("session.all_ended", by=by, target=("account", account.pk))
