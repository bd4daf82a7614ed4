"""The log is for machines and holds nobody's private data."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from zhiyin.config.logs import JsonFormatter
from zhiyin.errors import Conflict

FORMATTER = JsonFormatter()


def _line(error: BaseException | None = None, **extra: object) -> dict[str, str]:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("zhiyin.x", logging.ERROR, __file__, 1, "It %s.", ("broke",), info)
    record.__dict__.update(extra)
    text = FORMATTER.format(record)
    assert "\n" not in text
    return json.loads(text)


def test_a_line_is_one_json_object():
    line = _line()
    assert (line["level"], line["logger"], line["message"]) == ("error", "zhiyin.x", "It broke.")
    assert line["time"].endswith("+00:00")


def test_a_foreign_exception_keeps_its_words_to_itself():
    try:
        try:
            raise KeyError("13800138000")
        except KeyError:
            raise ValueError("张三 13800138000") from None
    except ValueError as error:
        line = _line(error)
    assert "13800138000" not in json.dumps(line, ensure_ascii=False)
    assert line["error"] == "builtins.ValueError"
    assert "test_a_foreign_exception" in line["trace"]


def test_causes_are_named_and_our_own_errors_speak():
    try:
        try:
            raise KeyError("13800138000")
        except KeyError as cause:
            raise Conflict("The case is closed.") from cause
    except Conflict as error:
        line = _line(error)
    assert line["error"] == "zhiyin.errors.Conflict: The case is closed. < builtins.KeyError"


@pytest.mark.django_db
def test_a_request_is_logged_by_its_route_not_by_its_path(client, caplog):
    client.get("/setup/secret-token-of-the-owner/", headers={"X-Request-ID": "request-0001"})
    client.get("/nowhere/张三/?phone=13800138000")
    lines = [FORMATTER.format(record) for record in caplog.records]
    assert [json.loads(line)["message"] for line in lines] == [
        "GET setup/<str:token>/ 404",
        "GET (no route) 404",
    ]
    assert not any(word in line for line in lines for word in ("secret-token", "张三", "13800138000"))


def test_the_formatter_survives_a_log_without_an_exception(capsys):
    logger = logging.getLogger("zhiyin.config.tests")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FORMATTER)
    logger.addHandler(handler)
    try:
        logger.error("nothing raised", exc_info=True)
    finally:
        logger.removeHandler(handler)
    assert json.loads(capsys.readouterr().err.splitlines()[0])["message"] == "nothing raised"
