"""Scores of 0 to 5 for each unit, overall and by group of aspects, from its reviews alone."""

from zhiyin.insight.unit_scores.files import FileOptions, Reading, read_all
from zhiyin.insight.unit_scores.scale import GROUPS
from zhiyin.insight.unit_scores.voices import UnitLine, Voices, score_voices
from zhiyin.insight.unit_scores.writing import COLUMNS, write_file, write_lines

__all__ = [
    "COLUMNS",
    "GROUPS",
    "FileOptions",
    "Reading",
    "UnitLine",
    "Voices",
    "read_all",
    "score_voices",
    "write_file",
    "write_lines",
]
