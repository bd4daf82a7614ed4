"""What linking registers with the other rooms."""

from __future__ import annotations

from collections.abc import Sequence

from zhiyin.engine.vault import Vault
from zhiyin.listen import appearing


def register() -> None:
    """Links whoever appears in voices and records."""
    if _link not in appearing.on_appeared:
        appearing.on_appeared.append(_link)


def _link(appearances: Sequence[appearing.Appearance], vault: Vault) -> None:
    from zhiyin.customers.linking.services import take_appearances

    take_appearances(appearances, vault=vault)
