"""An installation of its own with its analyser, as the tests of the flow have them."""

from __future__ import annotations

from zhiyin.respond.tests.flow.conftest import analyser, lake

__all__ = ["analyser", "lake"]
