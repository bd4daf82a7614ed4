"""Lets the rules of signals run, as the background does."""

from __future__ import annotations

from django.utils import timezone

from zhiyin.respond.signals.opening import open_from_signals


def run_rules() -> int:
    """How many cases they opened now."""
    return open_from_signals(now=timezone.now())
