"""Structured logs: one JSON object a line on standard error, without anybody's private data."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from zhiyin.console.request_ids import current_request_id
from zhiyin.errors import ZhiyinError


class JsonFormatter(logging.Formatter):
    """Leaves out what may hold private data: a request's path and query, a foreign exception's message."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            "request_id": current_request_id(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line |= _error(record.exc_info[1])
        return json.dumps({key: value for key, value in line.items() if value}, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    request = getattr(record, "request", None)
    status = getattr(record, "status_code", None)
    if request is None or status is None:
        return record.getMessage()
    # Django writes the path here, and a path may hold a set-up token or a name.
    match = getattr(request, "resolver_match", None)
    return f"{getattr(request, 'method', '')} {match.route if match else '(no route)'} {status}".strip()


def _error(error: BaseException) -> dict[str, str]:
    causes: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(causes) < 10:
        words = f": {seen.message}" if isinstance(seen, ZhiyinError) else ""
        causes.append(f"{type(seen).__module__}.{type(seen).__qualname__}{words}")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    frames = traceback.extract_tb(error.__traceback__)
    trace = " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-30:])
    return {"error": " < ".join(causes), "trace": trace}


def logging_settings(level: str) -> dict[str, Any]:
    """Django's `LOGGING`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "zhiyin.config.logs.JsonFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django would mail its errors and print its own lines; ours is the only voice.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.db.backends": {"level": "WARNING"},  # statements hold values
        },
    }
