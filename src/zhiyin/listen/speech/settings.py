"""How recordings are recognised here; set by environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from zhiyin.errors import InvalidInput

ROLES = ("customer", "staff", "robot")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechSettings:
    """`recogniser` by name, empty for none; its model's folder; who speaks in each channel of a recording.

    `channels` is empty where all speak in one: then who speaks is guessed from the words.
    """

    recogniser: str = ""
    model: Path | None = None
    kind: str = "auto"
    channels: tuple[str, ...] = ("staff", "customer")
    n_threads: int = 1

    @classmethod
    def from_environment(cls) -> SpeechSettings:
        """What the installation is set to.

        Raises:
            InvalidInput: a channel is none of customer, staff and robot.
        """
        model = os.environ.get("ZHIYIN_RECOGNISER_MODEL", "").strip()
        channels = os.environ.get("ZHIYIN_RECORDING_CHANNELS", "").strip() or "staff,customer"
        named = tuple(name.strip() for name in channels.split(",") if name.strip())
        if channels != "mixed" and any(name not in ROLES for name in named):
            raise InvalidInput(
                "ZHIYIN_RECORDING_CHANNELS names something else than customer, staff or robot.",
                next_step="Write who speaks left and right, as staff,customer; or mixed.",
                field="ZHIYIN_RECORDING_CHANNELS",
            )
        return cls(
            recogniser=os.environ.get("ZHIYIN_RECOGNISER", "").strip(),
            model=Path(model).expanduser() if model else None,
            kind=os.environ.get("ZHIYIN_RECOGNISER_KIND", "").strip() or "auto",
            channels=() if channels == "mixed" else named,
        )
