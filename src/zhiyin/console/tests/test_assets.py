"""Front-end packages come from the lock file and nothing else."""

from __future__ import annotations

import gzip
import json
import shutil

import pytest
from tests.costs import costs_at_most

from zhiyin.console.assets import REPOSITORY, VENDOR_FILES, fetch_assets
from zhiyin.errors import Unavailable


@pytest.fixture
def repository(tmp_path):
    """A checkout whose packages are local folders, so that nothing is fetched from anywhere."""
    for item in VENDOR_FILES:
        package = tmp_path / "packages" / item.package
        package.mkdir(parents=True)
        (package / "package.json").write_text(
            json.dumps({"name": item.package, "version": "1.0.0", "scripts": {"postinstall": "touch RAN"}})
        )
        for name in item.files:
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            (package / name).write_text(f"{name} of {item.package}")
    dependencies = {item.package: f"file:packages/{item.package}" for item in VENDOR_FILES}
    entries: dict[str, object] = {"": {"name": "x", "dependencies": dependencies}}
    for item in VENDOR_FILES:
        entries[f"node_modules/{item.package}"] = {"resolved": f"packages/{item.package}", "link": True}
        entries[f"packages/{item.package}"] = {"version": "1.0.0", "hasInstallScript": True}
    (tmp_path / "package.json").write_text(json.dumps({"name": "x", "dependencies": dependencies}))
    (tmp_path / "package-lock.json").write_text(
        json.dumps({"name": "x", "lockfileVersion": 3, "requires": True, "packages": entries})
    )
    return tmp_path


def test_the_needed_files_are_copied_once_and_then_left_alone(repository):
    vendor = repository / "vendor"
    assert fetch_assets(repository=repository, vendor=vendor)
    item = VENDOR_FILES[0]
    assert sorted(path.name for path in (vendor / item.folder).iterdir()) == sorted(item.files)
    assert not fetch_assets(repository=repository, vendor=vendor)
    assert costs_at_most(0.1, lambda: fetch_assets(repository=repository, vendor=vendor))
    (vendor / item.folder / item.files[0]).unlink()
    assert fetch_assets(repository=repository, vendor=vendor)
    assert not list(repository.rglob("RAN"))


def test_large_files_lie_compressed_beside_themselves(repository):
    item = VENDOR_FILES[0]
    (repository / "packages" / item.package / item.files[1]).write_text("script " * 20_000)
    fetch_assets(repository=repository, vendor=repository / "vendor")
    folder = repository / "vendor" / item.folder
    assert gzip.decompress((folder / f"{item.files[1]}.gz").read_bytes()).startswith(b"script script")
    assert not (folder / f"{item.files[0]}.gz").exists()


def test_a_package_without_its_file_is_an_error_not_a_gap(repository):
    item = VENDOR_FILES[0]
    (repository / "packages" / item.package / item.files[0]).unlink()
    with pytest.raises(Unavailable, match=item.files[0]):
        fetch_assets(repository=repository, vendor=repository / "vendor")
    assert not (repository / "vendor" / ".stamp").exists()


def test_npm_that_fails_is_named(repository):
    shutil.rmtree(repository / "packages")
    (repository / "package-lock.json").write_text("{}")
    with pytest.raises(Unavailable, match="npm"):
        fetch_assets(repository=repository, vendor=repository / "vendor")


def test_every_dependency_is_pinned_to_one_version():
    wanted = json.loads((REPOSITORY / "package.json").read_text())["dependencies"]
    locked = json.loads((REPOSITORY / "package-lock.json").read_text())["packages"]
    for name, version in wanted.items():
        assert version == locked[f"node_modules/{name}"]["version"]
        assert locked[f"node_modules/{name}"]["integrity"].startswith("sha512-")
