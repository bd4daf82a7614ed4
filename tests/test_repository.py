"""What holds for every file of the repository."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_MODULE = 300
# What a lock file names when it says where packages come from: an index option, a download's address.
_ADDRESS = re.compile(r'"resolved"\s*:\s*"|--(?:extra-)?index-\w|https?://\S+\.(?:whl|tgz|tar\.gz)\b')
_HOME_PATH = re.compile(r"(?<![\w.])/(work|root|home/\w+)/")


def _tracked(*patterns: str) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("this copy of the source is no git checkout")
    paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_holds_a_download_address_or_a_path_of_one_machine() -> None:
    here = Path(__file__).resolve()
    found = [
        str(path.relative_to(ROOT))
        for path in _tracked()
        if path.resolve() != here and (_ADDRESS.search(_text(path)) or _HOME_PATH.search(_text(path)))
    ]
    assert found == []


def test_modules_stay_short_enough_to_read() -> None:
    modules = [path for path in _tracked("src/*.py") if "migrations" not in path.parts]
    long = {
        str(path.relative_to(ROOT)): n
        for path in modules
        if (n := len(_text(path).splitlines())) > LONGEST_MODULE
    }
    assert long == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty_names = {"utils.py", "helpers.py", "misc.py", "common.py"}
    assert [path for path in _tracked("*.py") if path.name in empty_names] == []


def test_the_shipped_models_stay_small() -> None:
    models = _tracked("src/zhiyin/understand/models/*")
    assert models
    assert sum(path.stat().st_size for path in models) < 20_000_000


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = []
    for page in _tracked("*.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", _text(page)):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []
