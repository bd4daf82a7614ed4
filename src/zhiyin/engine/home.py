"""The one folder that holds all state of an embedded installation."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_HOME = "data"
# In the lake's folder, as soon as one lake took over another one's rows.
TAKE_OVER_FILE = ".take-over.json"


@dataclass(frozen=True, slots=True)
class Home:
    """Paths inside `ZHIYIN_HOME`. Nothing is created until something is written."""

    path: Path

    @classmethod
    def from_environment(cls) -> Home:
        """The home named by the environment variable `ZHIYIN_HOME`, else `./data`; absolute."""
        return cls(Path(os.environ.get("ZHIYIN_HOME") or DEFAULT_HOME).absolute())

    @property
    def database(self) -> Path:
        """SQLite file of the operational database."""
        return self.path / "zhiyin.sqlite3"

    @property
    def intake(self) -> Path:
        """SQLite file of the intake log."""
        return self.path / "intake.sqlite3"

    @property
    def events(self) -> Path:
        """SQLite file of the log of customers' events."""
        return self.path / "events.sqlite3"

    @property
    def lake(self) -> Path:
        """Folder of the lake, one folder a table."""
        return self.path / "lake"

    @property
    def files(self) -> Path:
        """Folder of files: uploads, rejected rows, mappings."""
        return self.path / "files"

    @property
    def models(self) -> Path:
        """Folder of models that learned from people's corrections."""
        return self.path / "models"

    @property
    def keys(self) -> Path:
        """Folder of secret keys, readable by the owner alone."""
        return self.path / "keys"
