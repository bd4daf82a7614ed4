"""What rights bring to the shell: places that hold personal data."""

from __future__ import annotations

from zhiyin.customers.rights import places


def register() -> None:
    """Called once, when the apps are ready."""
    places.register()
