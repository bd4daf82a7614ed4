"""Runs the suite once more with the operational database on PostgreSQL, if one is named."""

from __future__ import annotations

import os
import subprocess
import sys


def main() -> int:
    """Run pytest against `ZHIYIN_TEST_POSTGRES_URL`; say in one line that there is none."""
    url = os.environ.get("ZHIYIN_TEST_POSTGRES_URL")
    if not url:
        print("PostgreSQL pass skipped: set ZHIYIN_TEST_POSTGRES_URL to run it.")
        return 0
    names = [
        "people",
        "assist",
        "listen",
        "console",
        "customers",
        "insight",
        "knowledge",
        "respond",
        "portal",
    ]
    rooms = [*(f"src/zhiyin/{name}" for name in names), "tests"]
    in_parallel = ["-n", "logical", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder"]
    command = [sys.executable, "-m", "pytest", *in_parallel, "-m", "not slow and not browser", *rooms]
    return subprocess.run(command, env={**os.environ, "ZHIYIN_DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
