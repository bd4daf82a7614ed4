"""The operational database named by one URL: SQLite by default, PostgreSQL by choice."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from zhiyin.engine.home import Home
from zhiyin.errors import InvalidInput

# WAL lets readers and the one writer work side by side; a writer takes its lock when its
# transaction begins, so that a later write can wait instead of failing.
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;"
        # Keys of voices are written all over their index: fewer checkpoints write each page less often.
        "PRAGMA wal_autocheckpoint=8000;"
    ),
}


def database_from_url(url: str, home: Home) -> dict[str, Any]:
    """Django's settings for `url`; the file in `home` for an empty one.

    Raises:
        InvalidInput: the scheme is neither `sqlite` nor `postgresql`.
    """
    parts = urlsplit(url or f"sqlite:///{home.database}")
    if parts.scheme == "sqlite":
        home.path.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:] if parts.path.startswith("//") else parts.path),
            "OPTIONS": _SQLITE_OPTIONS,
            "CONN_MAX_AGE": None,  # opening a file again for each request would cost more than it
            # Tests run on a file too: threads that write at once behave otherwise in memory.
            "TEST": {"NAME": str(Path(tempfile.gettempdir()) / f"zhiyin-test-{os.getpid()}.sqlite3")},
        }
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,  # a thread's connection outlives a restart of the server
        }
    raise InvalidInput(
        f"ZHIYIN_DATABASE_URL begins with '{parts.scheme}:', which is not a database we know.",
        next_step="Use postgresql://user:password@host/name, or leave it empty for SQLite.",
        field="ZHIYIN_DATABASE_URL",
    )
