"""Runs every benchmark, one process each, and ends with a table of what they measured."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
_NO_BENCHMARKS = {"__init__", "__main__"}


def main() -> int:
    """Run the benchmarks that were named, or all; 1 where one of them failed."""
    known = sorted(
        path.stem
        for path in FOLDER.glob("*.py")
        if path.stem not in _NO_BENCHMARKS and "__main__" in path.read_text(encoding="utf-8")
    )
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(known)}")
    names = parser.parse_args().names or known
    unknown = sorted(set(names) - set(known))
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    failed = []
    for name in names:
        print(f"\n=== {name}", flush=True)
        # A process each: its peak memory is its own, and nothing is warm from the one before.
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
