"""Replays past appeals as cases, through the same doors by which people work, at the times of the file."""

from zhiyin.respond.replay.appeals import Appeal, Appeals, Refused, read_appeals
from zhiyin.respond.replay.figures import ReplayFigures, read_figures
from zhiyin.respond.replay.replaying import Done, Outcome, replay
from zhiyin.respond.replay.writing import write_rows

__all__ = [
    "Appeal",
    "Appeals",
    "Done",
    "Outcome",
    "Refused",
    "ReplayFigures",
    "read_appeals",
    "read_figures",
    "replay",
    "write_rows",
]
