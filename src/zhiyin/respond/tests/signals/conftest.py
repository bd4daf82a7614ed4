"""Voices that come in and are understood, as the tests of the flow have them."""

from __future__ import annotations

from zhiyin.respond.tests.flow.conftest import analyser, hear, lake

__all__ = ["analyser", "hear", "lake"]
