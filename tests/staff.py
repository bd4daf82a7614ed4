"""Gives the home an account of every role, signed in, and an API key; prints them as JSON.

`python tests/staff.py` with `ZHIYIN_HOME` set: a process of its own, whose settings are that home's.
"""

from __future__ import annotations

import json
import os
import time

PASSWORD = "correct horse battery staple"
NAMES = {"owner": "林晓", "manager": "陈店长", "agent": "周敏"}


def main() -> None:
    """Print `{"sessions": {role: key}, "key": secret, "store": …, "elsewhere": …, "region": …}`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.config.settings")
    import django

    django.setup()
    from zhiyin.people.models import OrgUnit
    from zhiyin.people.permissions import KeyScope
    from zhiyin.people.queries import find_account
    from zhiyin.people.roles import Role
    from zhiyin.people.services.accounts import create_account, grant_role
    from zhiyin.people.services.keys import create_key

    region, other = OrgUnit.objects.filter(
        children__children__isnull=True, children__isnull=False
    ).distinct()[:2]
    store = region.children.order_by("pk").last()
    units = {Role.MANAGER: store, Role.FRONTLINE: store, Role.AGENT: region}
    sessions = {}
    for role in Role:
        account = find_account(role.value)
        if account is None:
            account = create_account(role.value, password=PASSWORD, display_name=NAMES.get(role.value, ""))
            grant_role(account, role=role, unit=units.get(role))
        sessions[role.value] = _sign_in(account)
    told = {
        "sessions": sessions,
        "key": create_key(f"proof {time.time_ns()}", scopes=list(KeyScope), limit_per_minute=0),
        "store": {"code": store.code, "name": store.name},
        "region": {"code": region.code, "name": region.name},
        "elsewhere": {"code": other.children.first().code, "name": other.children.first().name},
    }
    print(json.dumps(told))


def _sign_in(account: object) -> str:
    """A session as signing in makes it, without its throttle."""
    from django.contrib.auth import login
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = SessionStore()
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    request.session.save()
    return str(request.session.session_key)


if __name__ == "__main__":
    main()
