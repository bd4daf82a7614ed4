"""Brings Django up for the commands that need the operational database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from zhiyin.engine.home import Home


def start_django() -> Home:
    """Set Django up, bring the database to this version's tables, and name the home.

    Upgrading needs no step by hand: pending migrations run here, one process at a time.
    """
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.config.settings")
    django.setup()
    migrate_if_needed()
    return Home.from_environment()


def migrate_if_needed() -> None:
    """Run pending migrations under a lock, so that processes that start together do not race."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    def has_pending() -> bool:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    if not has_pending():
        return
    with _only_one():
        if has_pending():
            call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _only_one() -> Iterator[None]:
    """An exclusive lock on a file in the home, for as long as the block lasts."""
    import fcntl

    home = Home.from_environment().path
    home.mkdir(parents=True, exist_ok=True)
    with (home / "migrate.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
