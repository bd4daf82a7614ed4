"""The sample company: a made-up tea chain whose voices and their truth are known."""

from __future__ import annotations

from zhiyin.listen.sample.company import Company, make_company
from zhiyin.listen.sample.options import SampleOptions
from zhiyin.listen.sample.truth import TruthFile, VoiceTruth, write_truth
from zhiyin.listen.sample.voices import generate_voices

__all__ = [
    "Company",
    "SampleOptions",
    "TruthFile",
    "VoiceTruth",
    "generate_voices",
    "make_company",
    "write_truth",
]
