"""Three things to try, on Home until they are done or put away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from zhiyin.errors import NotFound
from zhiyin.insight.models import Dismissal
from zhiyin.listen.api import open_lake
from zhiyin.listen.models import ImportJob
from zhiyin.listen.services.sample_state import STAFF_PREFIX
from zhiyin.people.access import Visitor
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission

FIRST_STEPS = "first_steps"
_CASE_EVENTS = "case_events"  # the fact that a case was opened; its room lies above this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to try; `is_done` says that it has happened in this installation."""

    name: str
    help: str
    icon: str
    href: str
    is_done: bool


def list_first_steps(visitor: Visitor) -> list[Step]:
    """The steps, for who may do all of them; empty once all are done or the visitor put them away."""
    needed = (Permission.FEEDBACK_IMPORT, Permission.CASES_WORK, Permission.ACCOUNTS_MANAGE)
    account = visitor.account
    if account is None or not all(visitor.may(permission) for permission in needed):
        return []
    if Dismissal.objects.filter(account=account, code=FIRST_STEPS).exists():
        return []
    steps = [make() for make in _STEPS]
    return [] if all(step.is_done for step in steps) else steps


def dismiss_first_steps(account: Account) -> None:
    """Show them no more to this account."""
    Dismissal.objects.get_or_create(account=account, code=FIRST_STEPS)


def restore_first_steps(account: Account) -> None:
    """Show them again."""
    Dismissal.objects.filter(account=account, code=FIRST_STEPS).delete()


def _open_case() -> Step:
    return Step(
        name=_("Open a case from an urgent voice"),
        help=_("Give it an owner; the customer can follow it by a link."),
        icon="headset",
        href=reverse("voices") + "?urgency=2",
        is_done=_has_worked_on_case(),
    )


def _import_file() -> Step:
    return Step(
        name=_("Import a file of your own"),
        help=_("Reviews, chats, surveys: CSV or Excel, with a look at it first."),
        icon="file-import",
        href=reverse("import_file"),
        is_done=ImportJob.objects.filter(status=ImportJob.Status.DONE).exists(),
    )


def _add_colleague() -> Step:
    return Step(
        name=_("Add a colleague"),
        help=_("A store manager sees only the store, an analyst everything."),
        icon="user-plus",
        href=reverse("manage_accounts"),
        is_done=Account.objects.exclude(username__startswith=STAFF_PREFIX).count() > 1,
    )


_STEPS: tuple[Callable[[], Step], ...] = (_open_case, _import_file, _add_colleague)


def _has_worked_on_case() -> bool:
    """Whether somebody of this installation has; what the sample's staff did counts for nobody."""
    staff = Account.objects.filter(username__startswith=STAFF_PREFIX).values_list("pk", flat=True)
    query = (
        "SELECT 1 FROM case_events WHERE actor_id IS NOT NULL"
        " AND NOT list_contains(CAST($staff AS BIGINT[]), actor_id) LIMIT 1"
    )
    try:
        with open_lake().connect(_CASE_EVENTS) as connection:
            return connection.execute(query, {"staff": [*staff]}).fetchone() is not None
    except NotFound:
        return False
