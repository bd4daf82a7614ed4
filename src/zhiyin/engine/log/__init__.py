"""The embedded intake log: one SQLite file, durable before it answers."""

from zhiyin.engine.log.sqlite_log import SqliteIntakeLog

__all__ = ["SqliteIntakeLog"]
