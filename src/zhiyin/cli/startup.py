"""Brings Django up for the commands that need the operational database."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from zhiyin.cli.output import print_notice
from zhiyin.cli.words import language, say
from zhiyin.engine.home import Home


def start_django(*, is_server: bool = False) -> Home:
    """Set Django up, bring the database to this version's tables, and name the home.

    Upgrading needs no step by hand: pending migrations run here, one process at a time. A server logs
    JSON; in any other command a person reads: warnings alone, as plain lines.
    """
    import django

    home = Home.from_environment()
    if not home.path.exists():
        # It holds password hashes and what customers said: nobody else on this machine needs to look.
        home.path.mkdir(mode=0o700, parents=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.config.settings")
    django.setup()
    if not is_server:
        _log_to_the_person()
    _speak_our_language()
    migrate_if_needed()
    return home


class _NoticeHandler(logging.Handler):
    """Writes through `sys.stderr` as it stands, so that a progress bar makes room for the line."""

    def emit(self, record: logging.LogRecord) -> None:
        print_notice(f"{say('注意', 'Note')}: {record.getMessage()}")


def _log_to_the_person() -> None:
    root = logging.getLogger()
    root.handlers[:] = [_NoticeHandler(logging.WARNING)]


def _speak_our_language() -> None:
    """Django's own sentences, such as those on weak passwords, in the language of the process."""
    from django.utils import translation

    translation.activate("zh-hans" if language() == "zh" else "en")


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
