"""Takes erased people out of the roll-up."""

from __future__ import annotations

from zhiyin.customers.rollup.making import make_rollup
from zhiyin.engine import Engine


def erase_from_rollup(engine: Engine) -> None:
    """Make the roll-up anew and drop every older making, bytes too.

    To be called after facts and identities are gone: of those that are left nothing is lost.
    """
    make_rollup(engine, drops_old=True)
