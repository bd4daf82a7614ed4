"""What a person at a terminal meets: the preview, the question, Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Talk = Callable[..., tuple[int, str]]


@pytest.fixture
def talk(environment: dict[str, str], tmp_path: Path) -> Talk:
    """Runs `zhiyin …` in a terminal of 80 columns, writes each answer once its cue is shown."""

    def run(*arguments: str, answers: list[tuple[str, bytes]]) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
        process = subprocess.Popen(
            [sys.executable, "-m", "zhiyin", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**environment, "COLUMNS": "80", "TERM": "xterm"},
            cwd=tmp_path,
            start_new_session=True,
            preexec_fn=_take_the_terminal,  # noqa: PLW1509 - Ctrl-C needs it
        )
        os.close(theirs)
        shown, waiting, begun = b"", list(answers), time.monotonic()
        while time.monotonic() - begun < 60:
            if not select.select([ours], [], [], 1.0)[0]:
                continue
            try:
                shown += os.read(ours, 65_536)
            except OSError:  # Linux says so that the other end is closed
                break
            if waiting and waiting[0][0].encode() in shown:
                time.sleep(0.2)  # a question for a password drops what was typed before it
                os.write(ours, waiting.pop(0)[1])
        os.close(ours)
        try:
            return process.wait(timeout=20), shown.decode(errors="replace")
        finally:
            process.kill()

    return run


def _take_the_terminal() -> None:
    """As a shell starts what a person asked for, whatever these tests were started by ignores."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_a_preview_is_shown_and_no_means_no(talk, zhiyin, reviews):
    code, shown = talk("import", str(reviews), answers=[("Import like this?", b"n\n")])
    assert code == 0
    assert "taken for" in shown
    assert "Nothing was imported" in shown
    assert b'"n": 0' in zhiyin("summary", "--json").stdout


def test_yes_imports_with_progress(talk, reviews):
    code, shown = talk("import", str(reviews), answers=[("Import like this?", b"y\n")])
    assert code == 0
    assert "20 rows, 20 new or changed" in shown
    assert "/s" in shown


def test_ctrl_c_ends_in_one_line_and_the_same_import_goes_on(talk, zhiyin, tmp_path):
    path = tmp_path / "many.csv"
    lines = (f"A{number},这是第{number}条，味道不错" for number in range(60_000))
    path.write_text("评论ID,评价内容\n" + "\n".join(lines) + "\n", encoding="utf-8")
    code, shown = talk("import", "--yes", str(path), answers=[("Reading", b"\x03")])
    assert code == 130
    assert "Interrupted." in shown
    assert "Traceback" not in shown
    assert zhiyin("import", str(path)).returncode == 0
    assert b"All 60000 stored voices stand in the lake exactly once." in zhiyin("doctor").stdout


def test_a_password_is_asked_for_and_not_shown(talk):
    password = b"a good long password\n"
    code, shown = talk(
        "user", "create", "ann", answers=[("Password", password), ("Repeat for confirmation", password)]
    )
    assert code == 0
    assert "good long" not in shown


def test_ctrl_c_at_the_question_stores_nothing(talk, reviews):
    code, shown = talk("import", str(reviews), answers=[("Import like this?", b"\x03")])
    assert code == 130
    assert "Traceback" not in shown
